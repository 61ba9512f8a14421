/**
 * `npm run bench:adapt [-- --rows REGEXP --rounds N]`: antbee on TensorFlow's engine and on WebAssembly beside PyTorch, in one run on
 * one machine, side after side and again. `--rows` picks rows by their names. A side that is not here is left out.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { whyNotNative } from "../../adapt/backend/native/load.js";
import { adaptRows } from "./adapt-rows.js";
import { type Line, table } from "./adapt-table.js";
import type { Measured } from "./process.js";
import { HAS_TORCH, PYTHON, type Row, run, SIDES, type Side, summarise, type Told } from "./row.js";

async function sidesHere(): Promise<Side[]> {
  const problem = await whyNotNative();
  if (problem) console.log(`without TensorFlow's own engine: ${problem}`);
  if (!HAS_TORCH) console.log(`without PyTorch: ${PYTHON} has no torchvision`);
  return SIDES.filter((side) => (side === "native" ? !problem : side === "PyTorch" ? HAS_TORCH : true));
}

async function take(row: Row, here: readonly Side[]): Promise<Line> {
  const sides = here.filter((side) => row.sides?.includes(side) ?? true);
  const turns = new Map(sides.map((side): [Side, Measured<Told>[]] => [side, []]));
  for (const side of sides) await row.prepare?.(side);
  for (let round = 0; round < Math.min(rounds, row.rounds ?? rounds); round++)
    for (const [side, taken] of turns) taken.push(await run(side, row.command(side, round)));
  return [row.what, Object.fromEntries([...turns].map(([side, taken]) => [side, summarise(row, taken)]))];
}

const loadText = () =>
  loadavg()
    .map((l) => l.toFixed(1))
    .join(" ");

const options = { rows: { type: "string", default: "" }, rounds: { type: "string", default: "3" } } as const;
const { values } = parseArgs({ options });
const wanted = new RegExp(values.rows);
const rounds = Number(values.rounds);
const folder = await mkdtemp(join(tmpdir(), "antbee-bench-"));
try {
  console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}; load ${loadText()}`);
  const here = await sidesHere();
  const lines: Line[] = [];
  for (const row of (await adaptRows(folder)).filter(({ what }) => wanted.test(what))) {
    lines.push(await take(row, here));
    console.log(`${row.what}: load ${loadText()}`);
  }
  console.log(`\n${table(lines)}`);
  console.log(
    "medians; memory is that of a process and its children, summed; a step's times are the process's own",
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

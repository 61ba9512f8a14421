#!/usr/bin/env node
/** The `antbee` command: finds the subcommand, loads it alone, and turns errors into a sentence and an exit code. */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { invalid } from "../shared/errors.js";
import { packageFile } from "../shared/roots.js";
import { reportError } from "./command.js";

const commands = {
  doctor: () => import("./doctor.js").then((m) => m.default),
  render: () => import("./render.js").then((m) => m.default),
  validate: () => import("./validate.js").then((m) => m.default),
  stats: () => import("./stats.js").then((m) => m.default),
  vis: () => import("./vis.js").then((m) => m.default),
  export: () => import("./export.js").then((m) => m.default),
  replay: () => import("./replay.js").then((m) => m.default),
  run: () => import("./run.js").then((m) => m.default),
  eval: () => import("./eval.js").then((m) => m.default),
  predict: () => import("./predict.js").then((m) => m.default),
  compare: () => import("./compare.js").then((m) => m.default),
  data: () => import("./data.js").then((m) => m.default),
  backbones: () => import("./backbones.js").then((m) => m.default),
  batch: () => import("./batch.js").then((m) => m.default),
  cache: () => import("./cache.js").then((m) => m.default),
  backend: () => import("./backend.js").then((m) => m.default),
} satisfies Record<string, () => Promise<CommandDef>>;

const { version, description } = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
const main = defineCommand({ meta: { name: "antbee", version, description }, subCommands: commands });

async function run(argv: string[]): Promise<void> {
  const [name, ...rest] = argv;
  if (name === "--version") return print(version);
  if (name === undefined || name === "--help" || name === "-h") return print(await renderUsage(main));
  if (!(name in commands)) throw invalid("antbee", `one of ${Object.keys(commands).join(", ")}`, name);
  const command: CommandDef = await commands[name as keyof typeof commands]();
  if (rest.includes("--help") || rest.includes("-h")) return print(await renderUsage(command));
  await runCommand(command, { rawArgs: rest });
}

function print(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`);
}

const argv = process.argv.slice(2);
run(argv).catch((error) => {
  process.exitCode = reportError(error, argv.includes("--debug"));
});

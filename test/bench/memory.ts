/**
 * `npm run bench:memory -- --count N [--scene FILE] [--single]`: renders N pictures and prints resident memory, parent
 * and processes summed, over time. `--single` draws them in one process whose context is never replaced, so that
 * recycling hides no leak.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { renderSample } from "../../sim/dataset/sample.js";
import { Renderer } from "../../sim/renderer/renderer.js";
import { resolveScene } from "../../sim/scene/resolve.js";
import { loadScene } from "../../sim/scene/scene.js";
import { residentBytes } from "./process.js";

/** Pictures after which memory should stay where it is. */
const SETTLED = 500;
const ROWS = 25;
const PASSES = ["masks", "boxes", "keypoints"] as const;

const { values } = parseArgs({
  options: {
    scene: { type: "string", default: "scenes/standard.yaml" },
    count: { type: "string", default: "1500" },
    single: { type: "boolean", default: false },
  },
});
const scene = await loadScene(values.scene);
const count = Number(values.count);
const rows: { images: number; mib: number }[] = [];

console.log(
  `${values.scene}, ${count} pictures, ${values.single ? "one process, never recycled" : "a process a core"}`,
);
console.log(`${cpus()[0]?.model}, load ${loadavg()[0]!.toFixed(1)}`);
if (values.single) await single();
else await pooled();
report();
process.exit(0);

async function single(): Promise<void> {
  const renderer = await Renderer.open(scene.image.width, scene.image.height);
  for (let index = 0; index < count; index++) {
    await renderSample(renderer, resolveScene(scene, 0, index), PASSES);
    note(index + 1);
  }
}

async function pooled(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "antbee-bench-"));
  await renderDataset({ scene, out: join(folder, "out"), count, passes: PASSES, onProgress: note });
  await rm(folder, { recursive: true });
}

function note(images: number): void {
  const due = Math.max(1, Math.floor(count / ROWS)) * rows.length;
  if (images < due && images < count) return;
  rows.push({ images, mib: residentBytes(process.pid) / 2 ** 20 });
  const { mib } = rows.at(-1)!;
  console.log(`${String(images).padStart(7)} pictures ${mib.toFixed(0).padStart(6)} MiB`);
}

/** Fresh processes are small, so that single rows say little: the means of two halves are compared. */
function report(): void {
  const settled = rows.filter(({ images }) => images >= SETTLED);
  if (settled.length < 4) {
    console.log(`growth is told from ${SETTLED} pictures on`);
    return;
  }
  const half = Math.floor(settled.length / 2);
  const mean = (of: typeof rows) => of.reduce((sum, { mib }) => sum + mib, 0) / of.length;
  const [early, late] = [mean(settled.slice(0, half)), mean(settled.slice(-half))];
  const growth = (100 * (late / early - 1)).toFixed(1);
  console.log(
    `after the first ${SETTLED}: ${early.toFixed(0)} MiB, then ${late.toFixed(0)} MiB: ${growth} %`,
  );
}

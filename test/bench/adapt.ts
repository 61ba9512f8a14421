/**
 * `npm run bench:adapt`: antbee beside PyTorch on one machine, in one run. Where PyTorch is missing, antbee's own half.
 * The work is as large as the tutorial's: its 244 training images, and as many validation images as its 153. These are
 * training images again, since the sealed test stays closed, so the accuracies only show that both sides learn the same.
 * antbee's tutorial runs from the build, as a user's script does.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openImageFolder } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { findDatasetFolder, findWeights } from "../../src/shared/roots.js";
import { type Measured, measure } from "./process.js";

const PYTHON = "/usr/bin/python3";
const HAS_TORCH = spawnSync(PYTHON, ["-c", "import torchvision"]).status === 0;
/** Images in the tutorial's validation split. */
const VALIDATION = 153;
const hymenoptera = findDatasetFolder(datasets.hymenoptera.folder);
const imagenetWeights = findWeights("tf_mobilenet_v2-imagenet1k");

/** What both sides read of the tutorial. */
interface Job {
  weights: string;
  /** Path and class index. */
  train: [string, number][];
  val: [string, number][];
  /** Where PyTorch keeps its features. */
  features: string;
}

interface Row {
  what: string;
  antbee: Measured<unknown> | null;
  torch: Measured<unknown> | null;
  /** Of the row itself, where it is not the whole process. */
  seconds?: (measured: Measured<unknown>) => number;
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const loader = (name: string) => (name.endsWith(".ts") ? ["--import", "tsx"] : []);
const antbee = (name: string, ...args: string[]) =>
  measure<unknown>(process.execPath, [...loader(name), script(name), ...args]);
const torch = (...args: string[]) =>
  HAS_TORCH ? measure<unknown>(PYTHON, [script("torch_tutorial.py"), ...args]) : null;

async function tutorialRows(folder: string): Promise<Row[]> {
  if (!hymenoptera || !imagenetWeights) {
    console.log("the tutorial's rows need hymenoptera_data and tf_mobilenet_v2-imagenet1k in a data root");
    return [];
  }
  const jobFile = join(folder, "job.json");
  const job = await jobOf(hymenoptera, imagenetWeights, folder);
  await writeFile(jobFile, JSON.stringify(job));
  console.log(
    `the tutorial trains on ${job.train.length} images and validates on ${job.val.length} of them again`,
  );
  const cache = join(folder, "cache");
  const first: Row = {
    what: "tutorial, 5 frozen epochs, whole process",
    antbee: await antbee("./tutorial.mjs", jobFile, cache),
    torch: await torch("tutorial", jobFile),
  };
  await torch("features", jobFile);
  const cached: Row = {
    what: "the same from cached features",
    antbee: await antbee("./tutorial.mjs", jobFile, cache),
    torch: await torch("cached", jobFile),
  };
  return [first, cached];
}

async function jobOf(root: string, weights: string, folder: string): Promise<Job> {
  const { items, classes } = await openImageFolder(root, "train");
  const files = items.map(({ path, label }): [string, number] => [path, classes.indexOf(label)]);
  return { weights, train: files, val: spread(files, VALIDATION), features: join(folder, "features.pt") };
}

/** `count` of the items, evenly over their order. */
function spread<T>(items: readonly T[], count: number): T[] {
  const passed = (i: number) => Math.floor((i * count) / items.length);
  return items.filter((_item, i) => passed(i + 1) > passed(i));
}

async function stepRow(): Promise<Row> {
  return {
    what: "ResNet18, one full fine-tuning step, batch 8",
    antbee: await antbee("./resnet-step.ts", String(availableParallelism())),
    torch: await torch("step"),
    seconds: ({ result }) => (result as { stepSeconds: number }).stepSeconds,
  };
}

function table(rows: readonly Row[]): string {
  const baseline = rows[0]?.torch ?? null;
  const lines = rows.map(({ what, antbee, torch, seconds = (m) => m.seconds }) => {
    const ours = antbee && seconds(antbee);
    const theirs = torch && seconds(torch);
    const first = what.startsWith("the same") && baseline && ours ? ours / baseline.seconds : null;
    return [
      what,
      secondsText(ours),
      secondsText(theirs),
      ours && theirs ? `${(ours / theirs).toFixed(2)}x` : "-",
      first ? `${first.toFixed(3)}x` : "-",
      memoryText(antbee),
      memoryText(torch),
      accuracyText(antbee),
      accuracyText(torch),
    ];
  });
  const head = [
    "",
    "antbee",
    "PyTorch",
    "ratio",
    "of its first run",
    "antbee peak",
    "PyTorch peak",
    "antbee acc",
    "PyTorch acc",
  ];
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")).join("\n");
}

const secondsText = (s: number | null) => (s ? `${s.toFixed(2)} s` : "-");
const memoryText = (m: Measured<unknown> | null) =>
  m?.peakBytes ? `${(m.peakBytes / 2 ** 20).toFixed(0)} MiB` : "-";
const accuracyText = (m: Measured<unknown> | null) =>
  (m?.result as { accuracy?: number } | undefined)?.accuracy?.toFixed(3) ?? "-";

const loadText = () =>
  loadavg()
    .map((l) => l.toFixed(1))
    .join(" ");

const folder = await mkdtemp(join(tmpdir(), "antbee-bench-"));
try {
  console.log(`${availableParallelism()} cores, ${cpus()[0]?.model}; load before: ${loadText()}`);
  if (!HAS_TORCH) console.log(`PyTorch is missing (${PYTHON} has no torchvision): antbee's half alone`);
  const rows = [...(await tutorialRows(folder)), await stepRow()];
  console.log(table(rows));
  console.log(
    "the step is bound by the wasm kernels' products: 128-bit SIMD without fused multiply-add, 34 to 41 GFLOP/s a core",
  );
  console.log(`load after: ${loadText()}; memory is that of a process and its children, summed`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** What the adapter's benchmark measures. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { findDatasetFolder, findWeights } from "../../src/shared/roots.js";
import { formulaWeights, noise } from "../adapt/formula.js";
import type { Steps } from "../adapt/steps.js";
import { type Command, HAS_TORCH, PYTHON, type Row, run, type Side } from "./row.js";

/** Of the transfer-learning tutorial and those that its readers try. */
const NETWORKS = ["squeezenet1_0", "alexnet", "resnet18", "densenet121", "vgg16"];
/** Images in the tutorial's validation split. */
const VALIDATION = 153;

/** The epochs of a frozen network with a new head, as both sides read them. */
interface Job {
  network: string;
  epochs: number;
  weights: string;
  /** Path and class index. */
  train: [string, number][];
  val: [string, number][];
  /** Where PyTorch keeps its features. */
  features: string;
}

/** @param folder for what they need */
export async function adaptRows(folder: string): Promise<Row[]> {
  return [
    importRow,
    stepRow,
    ...["mobilenet_v2", "vgg16"].map((network) => stepsRow(folder, network, "forward", 8, 5)),
    epochRow(folder, "mobilenet_v2", 96),
    epochRow(folder, "vgg16", 32),
    ...(await tutorialRows(folder)),
    ...NETWORKS.map((network) => ({ ...stepsRow(folder, network, "frozen", 4, 20), rounds: 1 })),
    ...NETWORKS.map(
      (network): Row => ({
        ...stepsRow(folder, network, "fine-tuned", 4, 20),
        sides: ["native", "PyTorch"], // hours on wasm, whose heap does not hold all of them either
        rounds: 1,
      }),
    ),
  ];
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const node = (...args: string[]): Command => ({ program: process.execPath, args });
const tsx = (name: string, ...args: string[]) => node("--import", "tsx", script(name), ...args);
const python = (...args: string[]): Command => ({ program: PYTHON, args });
const torch = (...args: string[]) => python(script("./torch_tutorial.py"), ...args);
const torchSteps = (...args: string[]) => python(script("../fixtures/adapt/steps.py"), ...args);

const importRow: Row = {
  what: "import, and a backend chosen",
  command: (side) =>
    side === "PyTorch"
      ? python("-c", "import torch, torchvision; print('{}')")
      : node("--input-type=module", "-e", 'await (await import("antbee")).useBackend(); console.log("{}")'),
};

const stepRow: Row = {
  what: "ResNet18, full fine-tuning step, batch 8",
  inner: true,
  command: (side) => (side === "PyTorch" ? torch("step") : tsx("./resnet-step.ts")),
};

/** A step on made-up images, from PyTorch's own start where it is there. */
function stepsRow(folder: string, network: string, how: Steps["how"], batch: number, steps: number): Row {
  const weights = join(folder, `${network}-2.${HAS_TORCH ? "pth" : "safetensors"}`);
  const start = () =>
    HAS_TORCH ? run("PyTorch", torchSteps("weights", network, weights)) : writeFormula(weights, network, 2);
  const args = [network, how, String(batch), String(steps), weights];
  return {
    what: `${network} ${how}, batch ${batch}${how === "forward" ? "" : `, a step of ${steps}`}`,
    inner: true,
    prepare: async () => existsSync(weights) || start(),
    command: (side) => (side === "PyTorch" ? torchSteps("take", ...args) : tsx("./network.ts", ...args)),
  };
}

/** An epoch of the head, pictures read and all, by the whole process. */
function epochRow(folder: string, network: string, images: number): Row {
  const job = join(folder, `${network}.json`);
  return {
    what: `${network} frozen, an epoch of ${images} pictures, whole process`,
    prepare: async () => existsSync(job) || writeJob(job, await madeUpJob(folder, network, images)),
    command: (side, round) => tutorial(side, job, join(folder, `${network}-${side}-${round}`)),
  };
}

async function madeUpJob(folder: string, network: string, images: number): Promise<Job> {
  const weights = join(folder, `${network}.safetensors`);
  await writeFormula(weights, network, backboneDefinition(network).card.classes!.count);
  const paths = Array.from({ length: images }, (_, i) => join(folder, `${i}.jpg`));
  for (const [i, path] of paths.entries()) await writePicture(path, i);
  const train = paths.map((path, i): [string, number] => [path, i % 2]);
  return { network, epochs: 1, weights, train, val: [], features: "" };
}

async function writeFormula(path: string, network: string, classes: number): Promise<void> {
  await writeSafetensors(path, formulaWeights(parametersOf(backboneDefinition(network).network(classes))));
}

/** A JPEG of a photograph's size. */
async function writePicture(path: string, i: number): Promise<void> {
  const [width, height] = [500, 375];
  const cells = Uint8Array.from(noise(`picture ${i}`, 20 * 15 * 3), (value) => 127 * (value + 1));
  const raw = { width: 20, height: 15, channels: 3 } as const;
  await sharp(cells, { raw }).resize(width, height).jpeg().toFile(path);
}

const tutorial = (side: Side, job: string, cache: string) =>
  side === "PyTorch" ? torch("tutorial", job) : node(script("./tutorial.mjs"), job, cache);

/**
 * Training images stand for the validation images too, since the sealed test stays closed: the accuracies only show that
 * all sides learn the same.
 */
async function tutorialRows(folder: string): Promise<Row[]> {
  const root = findDatasetFolder(datasets.hymenoptera.folder);
  const weights = findWeights("tf_mobilenet_v2-imagenet1k");
  if (!root || !weights) {
    console.log("the tutorial's rows need hymenoptera_data and tf_mobilenet_v2-imagenet1k in a data root");
    return [];
  }
  const { items, classes } = await openImageFolder(root, "train");
  const train = items.map(({ path, label }): [string, number] => [path, classes.indexOf(label)]);
  const job = join(folder, "tutorial.json");
  const features = join(folder, "features.pt");
  const network = "tf_mobilenet_v2";
  await writeJob(job, { network, epochs: 5, weights, train, val: spread(train, VALIDATION), features });
  const cache = (side: Side) => join(folder, `tutorial-${side}`);
  return [
    {
      what: `tutorial, 5 frozen epochs of ${train.length} and ${VALIDATION} pictures, whole process`,
      command: (side, round) => tutorial(side, job, `${cache(side)}-${round}`),
    },
    {
      what: "the same from cached features",
      prepare: (side) =>
        run(side, side === "PyTorch" ? torch("features", job) : tutorial(side, job, cache(side))),
      command: (side) => (side === "PyTorch" ? torch("cached", job) : tutorial(side, job, cache(side))),
    },
  ];
}

/** `count` of the items, evenly over their order. */
function spread<T>(items: readonly T[], count: number): T[] {
  const passed = (i: number) => Math.floor((i * count) / items.length);
  return items.filter((_item, i) => passed(i + 1) > passed(i));
}

const writeJob = (path: string, job: Job) => writeFile(path, JSON.stringify(job));

/** antbee's side: the tutorial's five epochs with a frozen backbone. `tsx tutorial.ts JOB.json CACHE` */
import { readFileSync } from "node:fs";
import { activations } from "../../adapt/activations.js";
import { loadBackbone } from "../../adapt/backbones/load.js";
import { useBackend } from "../../adapt/backend.js";
import { highestValAccuracy } from "../../adapt/criteria.js";
import { withHead } from "../../adapt/model.js";
import { trainPhase } from "../../adapt/train.js";

export interface Job {
  weights: string;
  /** Path and class index. */
  train: [string, number][];
  val: [string, number][];
  /** Where PyTorch keeps its features. */
  features: string;
}

const CLASSES = ["ants", "bees"];
/** As many as PyTorch draws in five epochs. */
const VIEWS = [1, 2, 3, 4, 5];

const [jobFile, cacheDir] = process.argv.slice(2) as [string, string];
const job = JSON.parse(readFileSync(jobFile, "utf8")) as Job;
await useBackend("wasm");
const backbone = await loadBackbone("tf_mobilenet_v2", { path: job.weights });

async function examples(files: Job["train"], views: number[]) {
  const items = files.map(([path, label]) => ({ id: path, path, split: "all", label: CLASSES[label]! }));
  return {
    items,
    activations: await activations(items, { source: backbone, cut: "classifier", views, cacheDir }),
  };
}

const data = await examples(job.train, VIEWS);
const validation = await examples(job.val, [0]);
const phase = { train: "head", lr: 1e-3, epochs: 5, batch: 8 } as const;
const { history } = await trainPhase(withHead(backbone, CLASSES, 0), {
  data,
  validation,
  phase,
  seed: 0,
  select: highestValAccuracy,
});
console.log(JSON.stringify({ accuracy: Math.max(...history.map((r) => r.valAccuracy!)) }));

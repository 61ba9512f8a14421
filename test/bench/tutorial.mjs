// antbee's side: the tutorial's epochs with a frozen backbone. `node tutorial.mjs JOB.json CACHE`, after a build
import { readFileSync } from "node:fs";
import {
  criteria,
  labeledImages,
  loadBackbone,
  randomResizedCrop,
  train,
  useBackend,
  withHead,
} from "antbee/adapt";

const CLASSES = ["ants", "bees"];
const [jobFile, dir] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobFile, "utf8"));
await useBackend();
const backbone = await loadBackbone(job.network, { path: job.weights, anyWeights: true });

/** @param {[path: string, classIndex: number][]} files */
function images(files) {
  const items = files.map(([path, label]) => ({ id: path, path, split: "all", label: CLASSES[label] }));
  // As many views as PyTorch draws.
  return labeledImages(items, { augmentation: randomResizedCrop(job.epochs), cache: { dir } });
}

const { history } = await train(withHead(backbone, CLASSES, 0), {
  on: images(job.train),
  validation: job.val.length > 0 ? images(job.val) : undefined,
  train: "head",
  lr: 1e-3,
  epochs: job.epochs,
  batch: 8,
  seed: 0,
  select: job.val.length > 0 ? criteria.highestValAccuracy : undefined,
});
const accuracies = history.map((r) => r.valAccuracy ?? r.trainAccuracy);
console.log(JSON.stringify({ accuracy: Math.max(...accuracies) }));

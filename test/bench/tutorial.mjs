// antbee's side: the tutorial's five epochs with a frozen backbone. `node tutorial.mjs JOB.json CACHE`, after a build
import { readFileSync } from "node:fs";
import { activations, criteria, loadBackbone, trainPhase, useBackend, withHead } from "antbee";

const CLASSES = ["ants", "bees"];
/** As many as PyTorch draws in five epochs. */
const VIEWS = [1, 2, 3, 4, 5];

const [jobFile, cacheDir] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobFile, "utf8"));
await useBackend("wasm");
const backbone = await loadBackbone("tf_mobilenet_v2", { path: job.weights });

/** @param {[path: string, classIndex: number][]} files @param {number[]} views */
async function examples(files, views) {
  const items = files.map(([path, label]) => ({ id: path, path, split: "all", label: CLASSES[label] }));
  return {
    items,
    activations: await activations(items, { source: backbone, cut: "classifier", views, cacheDir }),
  };
}

const data = await examples(job.train, VIEWS);
const validation = await examples(job.val, [0]);
const { history } = await trainPhase(withHead(backbone, CLASSES, 0), {
  data,
  validation,
  phase: { train: "head", lr: 1e-3, epochs: 5, batch: 8 },
  seed: 0,
  select: criteria.highestValAccuracy,
});
console.log(JSON.stringify({ accuracy: Math.max(...history.map((r) => r.valAccuracy)) }));

/**
 * `npm run bench:transfer -- [--scene scenes/standard.yaml] [--count 1200] [--seeds 3]`: what renders teach, for those who
 * develop the generator: a linear head on frozen ImageNet features is trained on renders alone and asked about the real
 * *train* photographs. The sealed test stays closed, and so do the labels of the photographs to the training.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadBackbone } from "../../adapt/backbones/load.js";
import { type Model, withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { randomResizedCrop } from "../../adapt/images/augmentation.js";
import { type LabeledImages, labeledImages } from "../../adapt/images/images.js";
import { predict } from "../../adapt/inference/predict.js";
import { train } from "../../adapt/training/train.js";
import { wilson } from "../../eval/statistics/intervals.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { loadScene } from "../../sim/scene/scene.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { findDatasetFolder, findWeights } from "../../src/shared/roots.js";

/** As the arm "source-only" of the reference experiment trains. */
const PHASE = { train: "head", lr: 1e-3, epochs: 20, batch: 8 } as const;

const { values } = parseArgs({
  options: {
    scene: { type: "string", default: "scenes/standard.yaml" },
    count: { type: "string", default: "1200" },
    seeds: { type: "string", default: "3" },
  },
});
const photographs = findDatasetFolder(datasets.hymenoptera.folder);
const weights = findWeights("tf_mobilenet_v2-imagenet1k");
if (!photographs || !weights) {
  console.log("needs hymenoptera_data and tf_mobilenet_v2-imagenet1k in a data root");
  process.exit(1);
}
await useBackend("wasm");
const backbone = await loadBackbone("tf_mobilenet_v2", { path: weights });
const scene = await loadScene(values.scene);
const folder = await mkdtemp(join(tmpdir(), "antbee-bench-"));
const real = await open(photographs, "train");
const results: number[] = [];
console.log(`${values.scene}, ${values.count} renders a seed, ${real.items.length} photographs of train`);
for (let seed = 0; seed < Number(values.seeds); seed++) results.push(await transfer(seed));
const mean = results.reduce((sum, one) => sum + one, 0) / results.length;
const { low, high } = wilson(mean, real.items.length);
console.log(`mean ${mean.toFixed(3)}, [${low.toFixed(3)}, ${high.toFixed(3)}] for the photographs alone`);
await rm(folder, { recursive: true });
process.exit(0);

/** The share of the photographs that a head trained on this seed's renders gets right. */
async function transfer(seed: number): Promise<number> {
  const out = join(folder, String(seed));
  await renderDataset({ scene, out, count: Number(values.count), seed });
  const images = join(out, "images");
  const on = await open(images, "train");
  const held = await open(images, "val");
  const fresh = withHead(backbone, ["ants", "bees"], seed);
  const model = await train(fresh, { ...PHASE, on, validation: held, seed });
  const accuracy = await share(model, real);
  console.log(
    `seed ${seed}: held-out renders ${(await share(model, held)).toFixed(3)}, photographs ${accuracy.toFixed(3)}`,
  );
  return accuracy;
}

async function open(root: string, split: string): Promise<LabeledImages> {
  const { items } = await openImageFolder(root, split);
  return labeledImages(items, { augmentation: randomResizedCrop(4), cache: { dir: join(folder, "cache") } });
}

async function share(model: Model, images: LabeledImages): Promise<number> {
  const { rows } = await predict(model, images);
  const right = rows.filter(({ p, label }) => model.classes[p.indexOf(Math.max(...p))] === label);
  return right.length / rows.length;
}

/**
 * A method and a network of one's own: objects of documented types, handed in. Threads and worker processes find the
 * network by the module that exports it. `node own-parts.js RENDERS PHOTOS`
 */
import {
  adapt,
  type BackboneDefinition,
  backbones,
  freshWeights,
  layers,
  loadBackbone,
  loadCheckpoint,
  losses,
  type Method,
  type Network,
  openDataset,
  parametersOf,
  predict,
  randomResizedCrop,
  saveCheckpoint,
  stage,
  tf,
  train,
  withHead,
  writeSafetensors,
} from "antbee";

/** Two strided convolutions, pooling and a linear head. */
const small = (classes: number): Network => [
  stage("features.0", layers.conv("features.0", { in: 3, out: 8, kernel: 5, stride: 8 }, "relu")),
  stage("features.1", layers.conv("features.1", { in: 8, out: 16, kernel: 3, stride: 2 }, "relu")),
  stage("pool", layers.globalAveragePool),
  stage("classifier", layers.linear("classifier", 16, classes)),
];

export const smallNetwork: BackboneDefinition = {
  card: {
    ...backbones.alexnet.card,
    name: "small",
    stages: ["features.0", "features.1", "pool", "classifier"],
    head: "classifier",
    headStage: "classifier",
    headInput: "features",
    featureWidth: 16,
    classes: null,
    parameters: 1776,
  },
  network: small,
  options: { channels: [8, 16] },
  readPretrained: () => Promise.reject(new Error("its weights come as safetensors")),
  module: { url: import.meta.url, export: "smallNetwork" },
};

/** Cross entropy on the source and class confusion on the target, on the head alone, at a rate that halves. */
const sureOfBoth = (weight: number): Method => ({
  name: "sure-of-both",
  track: "unlabelled",
  needs: { source: "labels", target: "images" },
  reference: "of one's own",
  options: { weight },
  run: ({ model, source, target, seed }) =>
    train(model, {
      on: source,
      target,
      train: "head",
      lr: 1e-2,
      epochs: 4,
      schedule: ({ epoch }, stages) => Object.fromEntries(stages.map((name) => [name, 1e-2 * 0.5 ** epoch])),
      seed,
      objective: {
        key: { name: "sure-of-both", weight },
        loss: (step) => {
          const { logits, labels } = step.data();
          const confusion = losses.classConfusion(step.target("training").logits);
          return tf.add(losses.crossEntropy(logits, labels), tf.mul(confusion, weight));
        },
      },
    }),
});

/** Weights to begin with, drawn at random. */
async function drawWeights(path: string): Promise<string> {
  const specs = Object.entries(parametersOf(small(0), { to: "classifier" }));
  const layer = (name: string) => Object.fromEntries(specs.filter(([key]) => key.startsWith(name)));
  await writeSafetensors(path, {
    ...freshWeights(layer("features.0"), 7),
    ...freshWeights(layer("features.1"), 7),
  });
  return path;
}

async function main(renders: string, photos: string): Promise<void> {
  const path = await drawWeights("small.safetensors");
  const backbone = await loadBackbone(smallNetwork, { path, anyWeights: true });
  const augmentation = randomResizedCrop(2);
  const source = await openDataset(renders, { split: "train", augmentation });
  const target = await openDataset(photos, { labels: false, augmentation });
  const fresh = withHead(backbone, source.classes);
  const start = await train(fresh, { on: source, train: "all", lr: 0.05, epochs: 15, threads: 2 });
  const adapted = await adapt(start, sureOfBoth(0.5), { source, target });
  await saveCheckpoint("adapted.safetensors", adapted);
  const loaded = await loadCheckpoint("adapted.safetensors", { definition: smallNetwork });
  const { classes, rows } = await predict(loaded, target);
  for (const { id, p } of rows) console.log(id, classes[p.indexOf(Math.max(...p))], Math.max(...p));
}

const [, , renders, photos] = process.argv;
if (renders && photos) await main(renders, photos);

/**
 * Adapts a head from rendered images to photographs without labels, and states its accuracy on photographs with labels.
 * `node adapt.js` beside renders/seven, photos and photos-labelled.
 */
import {
  accuracy,
  adapt,
  dann,
  loadBackbone,
  openDataset,
  predict,
  train,
  validators,
  withHead,
} from "antbee";

const backbone = await loadBackbone("tf_mobilenet_v2");
const source = await openDataset("renders/seven", { split: "train" });
const target = await openDataset("photos", { labels: false });
const head = withHead(backbone, source.classes);
const start = await train(head, { on: source, train: "head", lr: 1e-3, epochs: 20, seed: 0 });
const method = dann({ weight: 0.5, from: "features.18" });
const select = validators.informationMaximisation;
const model = await adapt(start, method, { source, target, select, seed: 0 });
const test = await openDataset("photos-labelled", { split: "val" });
console.log(accuracy(await predict(model, test))); // {mean, low, high, n, values, method}

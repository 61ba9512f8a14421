// node adapt.mjs RENDERS PHOTOS      adapts a head from rendered images to unlabelled photographs
// A method and a schedule of one's own are objects: no fork, no registration.
import {
  activations,
  loadBackbone,
  losses,
  methods,
  openFlatFolder,
  openImageFolder,
  predict,
  trainPhase,
  useBackend,
  withHead,
} from "antbee";

const [renders = "renders/images", photos = "photos"] = process.argv.slice(2);
await useBackend();
const backbone = await loadBackbone("objectron_mobilenet_v2");
const options = { source: backbone, cut: backbone.card.headStage, views: [0, 1], cacheDir: ".activations" };
const { classes, items } = await openImageFolder(renders, "train");
const source = { items, activations: await activations(items, options) };
const unlabelled = await openFlatFolder(photos);
const target = { items: unlabelled, activations: await activations(unlabelled, options) };

/** @type {import("antbee").Schedule} Halves the rate every other epoch. */
const halving = ({ epoch }, stages) =>
  Object.fromEntries(stages.map((stage) => [stage, 1e-3 * 0.5 ** Math.floor(epoch / 2)]));

/** @type {import("antbee").Method} Cross entropy on the source and class confusion on the target, on the head alone. */
const sureOfBoth = {
  name: "sure-of-both",
  track: "unlabelled",
  needs: { source: "labels", target: "images" },
  reference: "of one's own",
  run: async ({ model, source, target, seed }) => {
    const loss = ({ data, target }) => {
      const { logits, labels } = data();
      return losses.crossEntropy(logits, labels).add(losses.classConfusion(target("training").logits));
    };
    const phase = { train: /** @type {const} */ ("head"), lr: 1e-3, epochs: 6, schedule: halving };
    return (await trainPhase(model, { data: source, target, phase, seed, objective: { loss } })).model;
  },
};

const model = await methods["source-only"].run({ model: withHead(backbone, classes, 0), source, seed: 0 });
const adapted = await sureOfBoth.run({ model, source, target, seed: 0 });
for (const { id, p } of predict(adapted, target))
  console.log(id, classes[p.indexOf(Math.max(...p))], Math.max(...p));

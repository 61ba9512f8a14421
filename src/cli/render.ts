/** `antbee render SCENE --count N --out DIR` */
import { invalid } from "../shared/errors.js";
import { showProgress } from "../shared/progress.js";
import { resolveUserPath } from "../shared/roots.js";
import { command, type Outcome, wholeNumber } from "./command.js";

export default command({
  name: "render",
  example: "render scenes/standard.yaml --count 100 --out my-renders",
  description:
    "Render labelled ants and bees from a scene file into an ImageFolder with masks and COCO annotations",
  continues: "--resume",
  args: {
    scene: { type: "positional", required: false, description: "A scene file, such as scenes/standard.yaml" },
    out: { type: "string", description: "The dataset's folder", valueHint: "dir", required: true },
    count: { type: "string", description: "Images in the whole dataset, over all shards", valueHint: "n" },
    seed: { type: "string", description: "Any whole number, 0 included", default: "0", valueHint: "s" },
    start: { type: "string", description: "Index of the first image", default: "0", valueHint: "i" },
    shard: {
      type: "string",
      description:
        "Only the k-th of n shares, 1 <= k <= n; auto/n: the one that an array of Slurm or Kubernetes says",
      valueHint: "k/n",
    },
    format: {
      type: "string",
      description: "imagefolder, or webdataset: straight into tar archives, for sets of millions",
      default: "imagefolder",
      valueHint: "name",
    },
    block: {
      type: "string",
      description: "With webdataset: images that share a pair of archives; 1200 by default",
      valueHint: "n",
    },
    workers: { type: "string", description: "Processes; one a core by default", valueHint: "w" },
    resume: { type: "boolean", description: "Continue a dataset that was cut off" },
    merge: { type: "boolean", description: "Only merge the shards' records into annotations" },
    wait: {
      type: "string",
      description: "With --merge: seconds to wait for shards that are not done",
      default: "0",
      valueHint: "s",
    },
    passes: {
      type: "string",
      description: "Labels: all, or some of masks,boxes,keypoints,semantic,parts,depth,normals",
      valueHint: "list",
    },
    preview: {
      type: "string",
      description: "Render n images and write a labelled contact sheet to DIR/preview.png",
      valueHint: "n",
    },
  },
  async run(args) {
    if (args.merge) return merge(args.out, wholeNumber("wait", args.wait, 0));
    if (!args.scene) throw invalid("antbee render", "a scene file", args.scene);
    const count = wholeNumber("count", args.preview ?? args.count, 1);
    if (count === undefined) throw invalid("antbee render", "--count N or --preview N", args.count);
    return render({ ...args, count, scene: args.scene });
  },
});

interface RenderArgs {
  scene: string;
  out: string;
  count: number;
  seed: string;
  start: string;
  format: string;
  block?: string;
  shard?: string;
  workers?: string;
  resume?: boolean;
  passes?: string;
  preview?: string;
}

async function render(args: RenderArgs): Promise<Outcome> {
  const { loadScene, parsePasses, checkedFormat, readShardPlan, renderDataset, shardOf, USUAL_PASSES } =
    await import("../../sim/index.js");
  const seed = wholeNumber("seed", args.seed, 0);
  const start = wholeNumber("start", args.start, 0);
  const workers = wholeNumber("workers", args.workers, 1);
  const { format, block } = checkedFormat(args.format, wholeNumber("block", args.block, 1));
  const shard =
    args.shard === undefined ? undefined : shardOf(args.shard, (await readShardPlan(args.out))?.shards);
  const scene = await loadScene(resolveUserPath(args.scene));
  const passes = args.passes === undefined ? (scene.passes ?? USUAL_PASSES) : parsePasses(args.passes);
  const result = await renderDataset({
    scene,
    passes,
    out: args.out,
    count: args.count,
    seed,
    start,
    shard,
    format,
    block,
    workers,
    resume: args.resume,
    onProgress: showProgress("rendering"),
  });
  if (!shard) await merge(args.out);
  const sheet = args.preview === undefined ? undefined : await preview(args.out, args.count);
  const text = [
    `${result.rendered} images rendered, ${result.skipped} stood there already, ${result.imagesPerSecond.toFixed(1)} a second: ${args.out}`,
    ...(shard
      ? [
          `how far the others are: antbee status ${args.out}; when all are done: antbee render --merge --out ${args.out}`,
        ]
      : []),
    ...(sheet ? [`contact sheet: ${sheet}`] : []),
  ];
  return { json: { ...result, sheet }, text: text.join("\n") };
}

async function merge(out: string, wait = 0): Promise<Outcome> {
  const { mergeDataset } = await import("../../sim/index.js");
  const merged = await mergeDataset(out, { wait });
  return { json: merged, text: `annotations of ${out} are merged` };
}

async function preview(out: string, count: number): Promise<string> {
  const { writeContactSheet } = await import("../../sim/index.js");
  return writeContactSheet(out, count);
}

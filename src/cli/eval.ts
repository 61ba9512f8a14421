/** `antbee eval RUN --data DIR` */
import { pointsInterval, pValue } from "../../eval/comparison/format.js";
import type { Evaluation } from "../experiment/evaluate/evaluate.js";
import { showProgress } from "../shared/progress.js";
import { CLASSES_ARG, classFolders } from "./class-folders.js";
import { command } from "./command.js";
import { printEvents } from "./events.js";

export default command({
  name: "eval",
  example: "eval runs/demo --data my-photos",
  description: "Classify a folder of images with finished runs, write predictions.csv and print the accuracy",
  computes: true,
  continues: true,
  args: {
    run: { type: "positional", required: true, description: "A run, an arm or an experiment folder" },
    data: {
      type: "string",
      description: "Class folders, or a split of them, or a flat folder without labels",
      required: true,
      valueHint: "dir",
    },
    split: {
      type: "string",
      description: "The split below DIR, where it has one",
      default: "val",
      valueHint: "name",
    },
    classes: CLASSES_ARG,
    "skip-bad": {
      type: "boolean",
      description: "Leave out images that cannot be read, and name them, instead of refusing the folder",
    },
  },
  async run({ run, data, split, classes, "skip-bad": skipBad }) {
    const { evaluateFolder } = await import("../experiment/evaluate/evaluate.js");
    const results = await evaluateFolder(run, data, {
      split,
      folders: classFolders(classes),
      skipBad,
      onProgress: showProgress,
      on: printEvents(),
    });
    return { json: results, text: [...results.map(line), ...differences(results)].join("\n") };
  },
});

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Of two arms, in a sentence. */
function differences(results: readonly Evaluation[]): string[] {
  const later = results.find(({ against }) => against);
  if (!later?.against) return [];
  const { arm, difference, p } = later.against;
  const certainty = p === null ? "of the trained seed alone" : `p ${pValue(p)}`;
  const size = `${pointsInterval(difference)} points (${certainty})`;
  return [`${later.arm} minus ${arm}, on the same ${later.n} images: ${size}`];
}

function line({ arm, seed, n, accuracy, perClass, predictions, leftOut }: Evaluation): string {
  const head = `${arm} seed ${seed}`;
  const written = `${leftOut.length > 0 ? `${leftOut.length} left out, ` : ""}predictions in ${predictions}`;
  if (!accuracy) return `${head}: ${n} images without labels, ${written}`;
  const classes = Object.entries(perClass!).map(([name, share]) => `${name} ${percent(share.mean)}`);
  const interval = `[${percent(accuracy.low)}, ${percent(accuracy.high)}]`;
  return `${head}: ${percent(accuracy.mean)} ${interval} of ${n} images (${classes.join(", ")}), ${written}`;
}

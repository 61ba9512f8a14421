/** `antbee init NAME [--photos DIR]` */
import type { InitResult } from "../init/init.js";
import { CLASSES_ARG, classFolders } from "./class-folders.js";
import { command, type Outcome, wholeNumber } from "./command.js";
import { describeSplit, shareOf } from "./data-split.js";
import { printEvents } from "./events.js";

export default command({
  name: "init",
  example: "init my-task --photos my-photos",
  description:
    "Begin an experiment of one's own: its files, and one's photographs split into training and test",
  computes: true,
  continues: true,
  args: {
    name: { type: "positional", required: true, description: "What it is called: a folder, and a report" },
    photos: {
      type: "string",
      description: "A folder with a folder of photographs a class; they stay as they are",
      valueHint: "dir",
    },
    classes: CLASSES_ARG,
    seed: { type: "string", description: "Names the draw of the test; 0 where left out", valueHint: "n" },
    val: {
      type: "string",
      description: "Share of each class for the test; 0.4 where left out",
      valueHint: "share",
    },
  },
  async run({ name, photos, classes, seed, val }) {
    const { initExperiment } = await import("../init/init.js");
    const result = await initExperiment(name, {
      photos,
      folders: classFolders(classes),
      seed: wholeNumber("seed", seed, 0),
      val: shareOf(val),
      on: printEvents(),
    });
    return outcome(result);
  },
});

function outcome(result: InitResult): Outcome {
  const { experiment, scene, split, classes } = result;
  const next = `npx antbee run ${experiment} --dry-run`;
  const mapped = Object.entries(classes ?? {}).map(([name, folder]) => `${name} from "${folder}"`);
  const text = [
    ...(split ? [`classes: ${mapped.join(", ")}`, ...describeSplit(split)] : []),
    `written: ${[experiment, scene, ...(split ? [`photos/ beside them`] : [])].join(", ")}`,
    `next: ${next}`,
  ];
  return { json: { ...result, next }, text: text.join("\n") };
}

/** `antbee validate DIR` */
import { showProgress } from "../shared/progress.js";
import { command, wholeNumber } from "./command.js";

export default command({
  name: "validate",
  example: "validate my-renders",
  description:
    "Check a rendered dataset: masks against boxes and counts, bounds, visibility, blank and near-duplicate frames, balance",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    first: { type: "string", description: "How many offenders are named", default: "10", valueHint: "n" },
  },
  async run({ dir, first }) {
    const { validateDataset } = await import("../datasets/validate.js");
    const most = wholeNumber("first", first, 1);
    const { images, instances, faults } = await validateDataset(dir, showProgress("checking"));
    const named = faults.slice(0, most);
    const verdict = faults.length
      ? `${faults.length} ${faults.length === 1 ? "fault" : "faults"} in ${images} images with ${instances} instances`
      : `${images} images with ${instances} instances: no fault found`;
    const rest = faults.length - named.length;
    return {
      json: { dir, images, instances, faults },
      text: [
        verdict,
        ...named.map(({ path, what }) => `  ${path}: ${what}`),
        ...(rest ? [`  and ${rest} more`] : []),
      ].join("\n"),
      exitCode: faults.length ? 1 : undefined,
    };
  },
});

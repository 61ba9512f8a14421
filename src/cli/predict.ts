/** `antbee predict RUN IMAGE...` */
import { basename } from "node:path";
import { invalid, note } from "../shared/errors.js";
import { command } from "./command.js";

export default command({
  name: "predict",
  description: "Class probabilities of single images, by one finished run",
  variadic: true,
  args: {
    run: { type: "positional", required: true, description: "A run, such as runs/demo/full-low-lr/seed-0" },
    image: { type: "positional", required: true, description: "One or more image files" },
  },
  async run({ run, _: [, ...images] }) {
    const { openClassifier } = await import("../stages/classifier.js");
    const { findRuns } = await import("../stages/store.js");
    const [folder, ...others] = await findRuns(run);
    if (others.length > 0) throw invalid(run, "one run", note(`${others.length + 1}`));
    const { classes, probabilities } = await openClassifier(folder!);
    const items = images.map((path) => ({ id: path, path, split: basename(path) }));
    const answers = await probabilities(items);
    const rows = answers.map(({ id, p }) => ({
      image: id,
      probabilities: Object.fromEntries(classes.map((c, i) => [c, p[i]!])),
    }));
    const text = rows.map((row) => {
      const parts = Object.entries(row.probabilities).map(([name, p]) => `${name} ${p.toFixed(4)}`);
      return `${row.image}: ${parts.join(", ")}`;
    });
    return { json: rows, text: text.join("\n") };
  },
});

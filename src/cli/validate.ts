/** `antbee validate DIR` */
import type { Fault } from "../../sim/dataset/validate.js";
import { showProgress } from "../shared/progress.js";
import { command, wholeNumber } from "./command.js";

export default command({
  name: "validate",
  description:
    "Check a rendered dataset: masks against boxes and counts, bounds, visibility, blank and near-duplicate frames, balance",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    first: { type: "string", description: "How many offenders are named", default: "10", valueHint: "n" },
  },
  async run({ dir, first }) {
    const { validateDataset } = await import("../../sim/dataset/validate.js");
    const { images, instances, faults: own } = await validateDataset(dir, showProgress("checking"));
    const faults = [...own, ...(await duplicateFaults(dir))];
    const named = faults.slice(0, wholeNumber("first", first, 1));
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

/** Two frames of a random scene are never this alike: most bits of their hashes and nearly all of their thumbnails. */
const ALIKE = { bits: 4, correlation: 0.985 } as const;

async function duplicateFaults(dir: string): Promise<Fault[]> {
  const { findDuplicates } = await import("../../eval/images/duplicates.js");
  const { openRendered } = await import("../../sim/dataset/source.js");
  const { join } = await import("node:path");
  const { records } = await openRendered(dir);
  const items = records.map(({ image, split }) => ({ id: image, path: join(dir, image), split }));
  const { exact, near } = await findDuplicates(items, showProgress("comparing"));
  const alike = near.filter((pair) => pair.distance <= ALIKE.bits && pair.correlation >= ALIKE.correlation);
  return [
    ...exact.map(({ items: [one, ...others] }) => ({
      path: one!.id,
      what: `has the same bytes as ${others.map(({ id }) => id).join(", ")}`,
    })),
    ...alike.map(({ a, b, correlation }) => ({
      path: b.id,
      what: `is nearly the same frame as ${a.id} (correlation ${correlation.toFixed(3)})`,
    })),
  ];
}

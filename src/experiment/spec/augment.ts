/** The augmentation that an arm names for the source images of its own phases. */
import { augmentationOptions } from "../../../adapt/images/augmentations.js";
import { invalid, note } from "../../shared/errors.js";
import type { Arm } from "./experiment.js";
import { learns, learnsOn } from "./phases.js";
import type { ArmSpec } from "./schema.js";

/** A name with its options, defaults filled in: `{"rand-augment": {n: 2, magnitude: 9}}`. */
export type NamedAugmentation = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** @throws bad input for a name that is none, several, or options that it has not */
export function namedAugmentation(
  augment: Exclude<ArmSpec["augment"], undefined>,
  arm: string,
): NamedAugmentation {
  const where = `${arm}.augment`;
  const entries = Object.entries(typeof augment === "string" ? { [augment]: {} } : augment);
  if (entries.length !== 1) throw invalid(where, "one augmentation", note(`${entries.length}`));
  const [name, options] = entries[0]!;
  return { [name]: augmentationOptions(name, options, where) };
}

/** @throws bad input for an augmentation that nothing would be trained under */
export function checkAugment({ name, augment, phases }: Arm, views: number, file: string): void {
  if (!augment) return;
  const where = `${file}: arms.${name}.augment`;
  if (views === 0) throw invalid(where, "training views (views: 1 or more)", note("views: 0"));
  const descends = phases.some((p) => learnsOn(p, "source") && learns(p) && p.optimizer !== "exact");
  if (!descends)
    throw invalid(
      where,
      "a phase of the arm's own that trains on source (an exact head takes the evaluation view)",
      note("none"),
    );
}

/** "rand-augment (n 2, magnitude 9)". */
export function describeAugment(augment: NamedAugmentation): string {
  const [name, options] = Object.entries(augment)[0]!;
  const said = Object.entries(options).map(([key, value]) => `${key} ${value}`);
  return `${name} (${said.join(", ")})`;
}

/** What changed between experiments. */
import { NONE } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import type { TextSection } from "./section.js";

export function experimentsSection({ names, changes }: NonNullable<Comparison["experiments"]>): TextSection {
  return {
    id: "experiments",
    title: "What changed between the experiments",
    caption:
      changes.length > 0
        ? "Every place at which the configurations differ. Paired differences below set arms of the same name against one another, the later experiment minus the earlier."
        : "The configurations do not differ at all.",
    table: {
      caption: "Differences between the configurations",
      columns: ["place", ...names],
      rows: changes.map(({ path, values }) => [path, ...values.map((value) => value ?? NONE)]),
    },
  };
}

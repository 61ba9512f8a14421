/** The family of an experiment: the differences that are decided on, and corrected for. */
import { distinct } from "../../src/shared/group.js";
import { ADAPTED_TRACKS } from "../../src/shared/types.js";
import type { ArmInput, FamilyInput } from "./input.js";
import type { Family } from "./schema.js";

/** The family of every experiment, in the order of the arms: as it was declared, or every adapted arm that uses renders. */
export function familiesOf(arms: readonly ArmInput[], declared: readonly FamilyInput[] = []): Family[] {
  const experiments = [...new Set(arms.map((arm) => arm.experiment))];
  return experiments
    .map((experiment) => {
      const own = declared.find((family) => family.experiment === experiment);
      return own
        ? { pairs: [], ...own, experiment: experiment ?? null }
        : {
            experiment: experiment ?? null,
            declared: false,
            changed: false,
            arms: byDefault(arms, experiment),
            pairs: [],
          };
    })
    .filter(({ arms, pairs }) => arms.length + pairs.length > 0);
}

/** The arms of the families' differences, each once; source-only where it is named. */
export const armsNamedBy = (families: readonly Family[]): string[] =>
  distinct(
    families.flatMap(({ arms, pairs }) => [...arms, ...pairs.flatMap(({ arm, against }) => [arm, against])]),
  );

/** The members of a family in words. */
export const membersOf = ({ arms, pairs }: Pick<Family, "arms" | "pairs">): string[] => [
  ...arms,
  ...pairs.map(({ arm, against }) => `${arm} against ${against}`),
];

const byDefault = (arms: readonly ArmInput[], experiment: string | undefined): string[] =>
  arms
    .filter((arm) => arm.experiment === experiment && arm.synthetic && ADAPTED_TRACKS.includes(arm.track))
    .map((arm) => arm.name);

/** The family of an experiment: the differences that are decided on, and corrected for. */
import { canonicalJson } from "../../src/shared/files.js";
import { distinct, groupBy } from "../../src/shared/group.js";
import { ADAPTED_TRACKS } from "../../src/shared/types.js";
import type { FamilyInput } from "./input.js";
import { type MeasuredArm, referenceOf } from "./measure.js";
import type { Family } from "./schema.js";

/** The family of every experiment, in the order of the arms: as it was declared, or every adapted arm that uses renders. */
export function familiesOf(arms: readonly MeasuredArm[], declared: readonly FamilyInput[] = []): Family[] {
  const experiments = [...new Set(arms.map((arm) => arm.input.experiment))];
  return experiments
    .map((experiment) => {
      const own = declared.find((family) => family.experiment === experiment);
      return own
        ? { ...own, ...eachOnce(own, arms), experiment: experiment ?? null }
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

/** Families of different declarations may hold a difference twice: as an arm and as its pair, and either way round. */
function eachOnce(
  { experiment, arms: names, pairs = [] }: FamilyInput,
  arms: readonly MeasuredArm[],
): Pick<Family, "arms" | "pairs"> {
  const base = referenceOf(arms, experiment).sourceOnly?.input.name;
  const fromBase = pairs.flatMap(({ arm, against }) =>
    arm === base ? against : against === base ? arm : [],
  );
  const others = pairs.filter(({ arm, against }) => arm !== base && against !== base);
  const twoOf = ({ arm, against }: Family["pairs"][number]) => canonicalJson([arm, against].sort());
  return {
    arms: distinct([...names, ...fromBase]),
    pairs: groupBy(others, twoOf).map(([first]) => first!),
  };
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

const byDefault = (arms: readonly MeasuredArm[], experiment: string | undefined): string[] =>
  arms
    .map(({ input }) => input)
    .filter((arm) => arm.experiment === experiment && arm.synthetic && ADAPTED_TRACKS.includes(arm.track))
    .map((arm) => arm.name);

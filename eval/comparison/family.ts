/** The family of an experiment: the arms whose difference from source-only is decided on, and corrected for. */
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
        ? { ...own, experiment: experiment ?? null }
        : {
            experiment: experiment ?? null,
            declared: false,
            changed: false,
            arms: byDefault(arms, experiment),
          };
    })
    .filter((family) => family.arms.length > 0);
}

const byDefault = (arms: readonly ArmInput[], experiment: string | undefined): string[] =>
  arms
    .filter((arm) => arm.experiment === experiment && arm.synthetic && ADAPTED_TRACKS.includes(arm.track))
    .map((arm) => arm.name);

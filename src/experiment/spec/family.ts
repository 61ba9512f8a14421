/** The arms whose difference from source-only an experiment decides on. */
import { invalid, note, unknownName } from "../../shared/errors.js";
import { ADAPTED_TRACKS } from "../../shared/types.js";
import type { Arm } from "./experiment.js";
import { usesSynthetic } from "./lineage.js";

/** Holm corrects for all of them together, so they are named before anything is run. */
export interface Family {
  arms: string[];
  /** Whether the experiment names them; else they are the adapted arms that use renders. */
  declared: boolean;
}

/** @throws bad input for an arm that is not there, that is named twice, or that there is nothing to set against */
export function checkFamily(
  family: readonly string[] | undefined,
  arms: readonly Arm[],
  where: string,
): void {
  if (!family) return;
  const base = baseline(arms);
  if (!base) throw invalid(`${where}: family`, "a source-only arm to set its arms against", note("none"));
  for (const [i, name] of family.entries()) {
    const place = `${where}: family.${i}`;
    const others = arms.filter((arm) => arm !== base).map((arm) => arm.name);
    if (!others.includes(name)) throw unknownName(place, others, name);
    if (family.indexOf(name) < i) throw invalid(place, "each arm once", name);
  }
}

/** The family among the arms that can run. */
export function familyOf(family: readonly string[] | undefined, arms: readonly Arm[]): Family {
  const named = arms.map((arm) => arm.name);
  if (family) return { arms: family.filter((name) => named.includes(name)), declared: true };
  const adapted = arms.filter((arm) => ADAPTED_TRACKS.includes(arm.track) && usesSynthetic(arm, arms));
  return { arms: adapted.map((arm) => arm.name), declared: false };
}

/** The arm that the others are set against, as a report picks it. */
export function baseline(arms: readonly Arm[]): Arm | undefined {
  const candidates = arms.filter((arm) => arm.track === "source-only");
  return candidates.find((arm) => arm.name === "source-only") ?? candidates[0];
}

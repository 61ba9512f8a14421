/** The arms that a reader looks at first, chosen by what the experiment declares and never by their figures. */
import { distinct } from "../../src/shared/group.js";
import { ADAPTED_TRACKS } from "../../src/shared/types.js";
import { armsNamedBy } from "../comparison/family.js";
import type { Arm, Comparison, Pair } from "../comparison/schema.js";
import { onlyTwo } from "../comparison/two-arms.js";
import { armsByTrack, armsInOrder } from "./table.js";

/** The arm that gaps are measured from; undefined where none was trained on renders alone. */
export const sourceOnlyArm = ({ arms, reference }: Pick<Comparison, "arms" | "reference">): Arm | undefined =>
  arms.find(({ name }) => name === reference.sourceOnly);

/** What is set against the source-only arm on the first screen. */
export interface Adapted {
  arm: Arm;
  /** Absent where the two share no seed. */
  pair: Pair | undefined;
}

/**
 * The first arm that adapts of those that the experiment declares; else the last of the first track that adapts; between
 * experiments, the other experiment's arm. To take the best would be a choice made on the test.
 */
export function adaptedArm(comparison: Comparison): Adapted | undefined {
  const base = sourceOnlyArm(comparison);
  if (!base) return undefined;
  const arm = comparison.experiments ? otherExperiments(comparison, base) : ownAdapted(comparison);
  return arm && { arm, pair: pairOf(comparison, arm.name, base.name) };
}

function otherExperiments({ arms, pairs }: Comparison, base: Arm): Arm | undefined {
  const against = pairs.filter(({ b }) => b === base.name).map(({ a }) => a);
  return arms.find(({ name, experiment }) => experiment !== base.experiment && against.includes(name));
}

function ownAdapted(comparison: Comparison): Arm | undefined {
  const declared = firstDeclared(comparison);
  if (declared) return declared;
  const tracks = armsByTrack(comparison.arms.filter(adapts));
  return tracks[0]?.arms.at(-1) ?? otherOfTwo(comparison);
}

/** Of the arms that are tested against source-only where there are any: of it alone the first screen speaks. */
function firstDeclared({ families, arms, reference }: Comparison): Arm | undefined {
  const declared = families.filter((family) => family.declared);
  const against = declared.map((family) => ({ ...family, pairs: [] }));
  const named = [against, declared].map((some) =>
    familyArms({ families: some, arms }).filter(({ name }) => name !== reference.sourceOnly),
  );
  const first = named.find((some) => some.length > 0) ?? [];
  return first.find(adapts) ?? first[0];
}

/** Whether an arm goes on from renders with something of the target. */
const adapts = ({ track, synthetic }: Arm): boolean => synthetic && ADAPTED_TRACKS.includes(track);

/** Of two arms by themselves, the one beside source-only. */
function otherOfTwo({ arms, reference }: Comparison): Arm | undefined {
  const two = onlyTwo(arms, ({ track }) => track) ?? [];
  return two.find(({ name }) => name !== reference.sourceOnly);
}

const pairOf = ({ pairs }: Comparison, a: string, b: string): Pair | undefined =>
  pairs.find((pair) => pair.a === a && pair.b === b);

/** The arms that were tested together and are here, in the order of the family. */
export function familyArms({ families, arms }: Pick<Comparison, "families" | "arms">): Arm[] {
  return armsNamedBy(families).flatMap((name) => arms.find((arm) => arm.name === name) ?? []);
}

/** At most so many arms have small charts of their own. */
const MOST_KEY_ARMS = 6;

/** The arms that small charts are drawn of: source-only, those declared, and the oracle; all where there are few. */
export function keyArms(comparison: Comparison): Arm[] {
  const { arms, reference, families } = comparison;
  const ordered = armsInOrder(arms);
  if (ordered.length <= MOST_KEY_ARMS) return ordered;
  const declared = families.some((family) => family.declared) ? familyArms(comparison) : [];
  const names = distinct([
    ...[reference.sourceOnly, adaptedArm(comparison)?.arm.name, reference.oracle],
    ...declared.slice(0, MOST_KEY_ARMS - 2).map(({ name }) => name),
  ]);
  const found = ordered.filter(({ name }) => names.includes(name));
  return found.length > 0 ? found : ordered.slice(0, MOST_KEY_ARMS);
}

/** With more k-shot arms than these, the curve over k shows them. */
const MOST_K_SHOT = 4;
/** More rows make the first screen's chart too high. */
const MOST_ROWS = 14;

/** The rows of the first screen's chart: bounds are lines there, and a curve's arms are left to the curve. */
export function overviewArms(comparison: Comparison): Arm[] {
  const key = keyArms(comparison);
  const rows = armsInOrder(comparison.arms).filter(
    ({ track }) => track !== "zero-training" && track !== "oracle",
  );
  const curve = rows.filter(({ track }) => track === "k-shot");
  const shown = rows.filter(
    (arm) => curve.length <= MOST_K_SHOT || !curve.includes(arm) || key.includes(arm),
  );
  return shown.length <= MOST_ROWS ? shown : shown.filter((arm) => key.includes(arm));
}

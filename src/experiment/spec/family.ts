/** The differences that an experiment decides on: of arms from source-only, and from one another. */
import { invalid, note, unknownName } from "../../shared/errors.js";
import { distinct } from "../../shared/group.js";
import { ADAPTED_TRACKS } from "../../shared/types.js";
import type { Arm } from "./experiment.js";
import { usesSynthetic } from "./lineage.js";
import type { FamilyMember } from "./schema.js";

/** Holm corrects for all of them together, so they are named before anything is run. */
export interface Family {
  /** Set against source-only. */
  arms: string[];
  /** Set against the arm that each names; left out where there is none. */
  pairs?: FamilyPair[];
  /** Whether the experiment names them; else they are the adapted arms that use renders. */
  declared: boolean;
}

export type FamilyPair = Exclude<FamilyMember, string>;

/** @throws bad input for an arm that is not there, that is named twice, or that there is nothing to set against */
export function checkFamily(
  family: readonly FamilyMember[] | undefined,
  arms: readonly Arm[],
  where: string,
): void {
  if (!family) return;
  const base = baseline(arms);
  const seen = new Set<string>();
  for (const [i, member] of family.entries()) {
    const place = `${where}: family.${i}`;
    const [first, second] = inFull(member, base, `${where}: family`);
    checkArm(first, arms, base, typeof member === "string" ? place : `${place}.arm`);
    if (typeof member !== "string") checkArm(second, arms, undefined, `${place}.against`);
    if (first === second) throw invalid(place, "two different arms", first);
    const pair = [first, second].sort().join(" ");
    if (seen.has(pair)) throw invalid(place, "each arm once, and each pair", told(member));
    seen.add(pair);
  }
}

/** The two arms of a member; one that names no other is set against source-only. */
function inFull(member: FamilyMember, base: Arm | undefined, where: string): [string, string] {
  if (typeof member !== "string") return [member.arm, member.against];
  if (!base) throw invalid(where, "a source-only arm to set its arms against", note("none"));
  return [member, base.name];
}

function checkArm(name: string, arms: readonly Arm[], without: Arm | undefined, place: string): void {
  const others = arms.filter((arm) => arm !== without).map((arm) => arm.name);
  if (!others.includes(name)) throw unknownName(place, others, name);
}

const told = (member: FamilyMember): unknown =>
  typeof member === "string" ? member : note(pairText(member));

/** The family among the arms that can run. */
export function familyOf(family: readonly FamilyMember[] | undefined, arms: readonly Arm[]): Family {
  if (family) return declared(family, new Set(arms.map((arm) => arm.name)));
  const adapted = arms.filter((arm) => ADAPTED_TRACKS.includes(arm.track) && usesSynthetic(arm, arms));
  return { arms: adapted.map((arm) => arm.name), declared: false };
}

function declared(family: readonly FamilyMember[], able: ReadonlySet<string>): Family {
  const arms = family.filter((member) => typeof member === "string").filter((name) => able.has(name));
  const pairs = family
    .filter((member) => typeof member !== "string")
    .filter(({ arm, against }) => able.has(arm) && able.has(against));
  return { arms, ...(pairs.length > 0 ? { pairs } : {}), declared: true };
}

/** The members of families in words, each once. */
export const familyText = (families: readonly Family[]): string =>
  distinct(families.flatMap(({ arms, pairs = [] }) => [...arms, ...pairs.map(pairText)])).join(", ");

const pairText = ({ arm, against }: FamilyPair): string => `${arm} against ${against}`;

/** The arm that the others are set against, as a report picks it. */
export function baseline(arms: readonly Arm[]): Arm | undefined {
  const candidates = arms.filter((arm) => arm.track === "source-only");
  return candidates.find((arm) => arm.name === "source-only") ?? candidates[0];
}

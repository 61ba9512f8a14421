/** What was decided of a pair, in words. */
import { groupBy } from "../../src/shared/group.js";
import { membersOf } from "./family.js";
import { pointsInterval } from "./format.js";
import type { Family, Pair } from "./schema.js";

/** In a table. */
export function decision({ p, pAdjusted, shown }: Pick<Pair, "p" | "pAdjusted" | "shown">): string {
  if (p === null) return "none at one seed";
  if (pAdjusted === null) return "none: outside the family";
  return shown ? "shown" : "not shown";
}

/** Differences with their intervals, those against one arm together. */
export function differencesText(pairs: readonly Pair[]): string {
  const each = groupBy(pairs, ({ b }) => b).map((against) => {
    const sizes = against.map(({ a, difference }) => `${a} ${pointsInterval(difference)}`);
    return `${sizes.join(", ")} against ${against[0]!.b}`;
  });
  return each.join("; ");
}

/** What was tested together, and what a decision says. */
export function familiesSentence(families: readonly Family[]): string {
  const named = families.map((family) => {
    const { experiment, declared } = family;
    const who = declared ? "declared in the experiment file" : "every adapted arm that uses renders";
    return `${experiment ? `${experiment}, ` : ""}${who}: ${membersOf(family).join(", ")}`;
  });
  const tested =
    named.length > 0
      ? ` Tested together, each against source-only where no other arm is named (${named.join("; ")}).`
      : "";
  return `Shown: p below .05 by Holm over the family, from the crossed estimate of seeds and photographs.${tested} A difference that was not shown may be there all the same: the interval says how large it could be.`;
}

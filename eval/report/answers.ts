/** The one-sentence answers that open the report's questions. */
import { differencesText } from "../comparison/decision.js";
import { labelsText, percent, pointsInterval, worthSentence } from "../comparison/format.js";
import type { Arm, Comparison } from "../comparison/schema.js";
import { countOpenings } from "../predictions/ledger.js";
import { adaptedArm, sourceOnlyArm } from "./key-arms.js";

/** What renders are worth, or else what they add to k labels. */
export function worthAnswer({ worth, uplift, arms }: Comparison): string {
  if (worth.length > 0) return worthSentence(worth[0]!);
  if (uplift.length > 0) {
    const each = uplift.map(({ k, difference }) => `${k} a class ${pointsInterval(difference)}`);
    return `What renders add to labels, in points of accuracy: ${each.join(", ")}.`;
  }
  const ks = arms.flatMap(({ k }) => k ?? []).map((k) => labelsText({ k, beyond: null }));
  return `Arms with ${[...new Set(ks)].join(", ")} labels a class were tried; none of them without renders.`;
}

/** What was tested, and what of it was shown. */
export function adaptationAnswer(comparison: Comparison): string {
  const base = sourceOnlyArm(comparison);
  const tested = comparison.pairs.filter(({ pAdjusted }) => pAdjusted !== null);
  if (tested.length === 0)
    return (base || comparison.families.length > 0) &&
      comparison.arms.every(({ seeds }) => seeds.length === 1)
      ? "One seed decides nothing: the differences below are a preview."
      : "Nothing was tested: no arm is set against one trained on renders alone, or none was declared.";
  const shown = tested.filter((pair) => pair.shown);
  if (shown.length === 0)
    return `${tested.length === 1 ? "One difference was tested, and was not" : `Of ${tested.length} differences tested together, none was`} shown; how large a difference may be, the intervals say.`;
  if (tested.length === 1)
    return `One difference was tested, and was shown, in points: ${differencesText(shown)}.`;
  return `Of ${counted(tested.length, "difference")} tested together, ${shown.length} ${shown.length === 1 ? "was" : "were"} shown, in points: ${differencesText(shown)}.`;
}

/** The arm that answers are about where they are about one. */
const answering = (comparison: Comparison): Arm => sourceOnlyArm(comparison) ?? comparison.arms[0]!;

/** The two classes that are confused most. */
export function failuresAnswer(comparison: Comparison): string {
  const arms = [answering(comparison), adaptedArm(comparison)?.arm].filter((arm) => arm !== undefined);
  return `${arms.map((arm) => confusionClause(arm, comparison.classes)).join("; ")}.`;
}

function confusionClause({ name, target, seeds }: Arm, classes: readonly string[]): string {
  const cells = target.confusion.flatMap((row, i) =>
    row.map((count, j) => ({ count, of: row.reduce((a, b) => a + b, 0), i, j })),
  );
  const errors = cells.filter(({ i, j }) => i !== j).sort((a, b) => b.count - a.count);
  const [worst] = errors;
  if (!worst || worst.count === 0) return `${name} makes no error`;
  const { count, of, i, j } = worst;
  return `${name} most often takes ${classes[i]} for ${classes[j]}: ${rounded(count)} of ${rounded(of)} images${seeds.length > 1 ? " on average" : ""}`;
}

const rounded = (count: number): string => String(Math.round(count * 10) / 10);

/** Confidence against accuracy. */
export function confidenceAnswer(comparison: Comparison): string {
  const { name, target } = answering(comparison);
  const { reliability, accuracy, ece, eceFloor } = target;
  const all = reliability.reduce((sum, { n }) => sum + n, 0);
  const claimed = reliability.reduce((sum, { n, confidence }) => sum + n * (confidence ?? 0), 0) / all;
  return `${name} is ${percent(claimed)} confident on average and right in ${percent(accuracy.mean)}; its calibration error (ECE) is ${ece.toFixed(3)}, where a calibrated model would show ${eceFloor.toFixed(3)} by chance.`;
}

/** Whether a linear classifier tells the domains apart; a proxy A-distance d is an accuracy of (2 + d) / 4. */
export function domainsAnswer({ distances, statistics }: Comparison): string {
  const [first] = distances;
  if (first) {
    const { value, floor } = first.proxyA;
    return `A linear classifier on the features tells renders from target images in ${percent((2 + value) / 4)} of cases (50% would be chance, and two halves of the target give ${percent((2 + floor) / 4)}).`;
  }
  const most = [...statistics].sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))[0];
  return most
    ? `Of the plain statistics, ${most.name} differs most: by ${most.difference.toFixed(1).replace("-", "−")} standard deviations of the target.`
    : "Too few images to measure a distance; the pictures below place them.";
}

/** What surroundings alone give away. */
export function backgroundAnswer({ background, classes }: Comparison): string {
  const { source, target } = background!;
  const there = target ? `, and of ${percent(target.mean)} of target images as they are` : "";
  return `A classifier that learned from surroundings alone tells the class of ${percent(source.mean)} of renders without subjects${there}; chance is ${percent(1 / classes.length)}.`;
}

/** How much was run, and how often the test was looked at. */
export function makingAnswer(comparison: Comparison): string {
  const { arms, backend, ledger, sealed, backbone, source } = comparison;
  const seeds = Math.max(...arms.map((arm) => arm.seeds.length));
  const opened = sealed.map(({ dataset, split }) => countOpenings(ledger, dataset, split));
  const most = Math.max(0, ...opened);
  const openings = most > 0 ? `; the test labels were opened for ${counted(most, "configuration")}` : "";
  const what = `${counted(arms.length, "arm")} with ${counted(seeds, "seed")}`;
  return `${what}, ${backbone.name} (${backbone.pretraining}) on ${source.scene}, computed on ${backend}${openings}.`;
}

/** What qualifies the figures. */
export const cautionsAnswer = ({ cautions }: Comparison): string =>
  `${counted(cautions.length, "caution")}, the gravest first.`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

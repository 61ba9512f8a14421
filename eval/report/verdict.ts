/** What was found, in two sentences of plain words: the first thing on every form of a report. */
import { distinct } from "../../src/shared/group.js";
import type { Interval } from "../../src/shared/types.js";
import { labelsText, percent, percentInterval, pointsInterval, pointsSize } from "../comparison/format.js";
import type { Arm, Comparison, Worth } from "../comparison/schema.js";
import { onlyTwo } from "../comparison/two-arms.js";
import { holdsZero } from "../statistics/estimate.js";
import { type Adapted, adaptedArm, sourceOnlyArm } from "./key-arms.js";

/** The verdict: how it does on renders alone, and how adapted. */
export function verdict(comparison: Comparison): string {
  const base = sourceOnlyArm(comparison);
  if (!base) return withoutSourceOnly(comparison);
  const adapted = adaptedArm(comparison);
  return `${baseClause(base, comparison)}.${adapted ? ` ${adaptedClause(adapted, base, comparison)}.` : ""}`;
}

function withoutSourceOnly(comparison: Comparison): string {
  const { arms, pairs } = comparison;
  const each = arms.map(({ name, target }) => `${name} ${percent(target.accuracy.mean)}`).join(", ");
  const shares = `Of ${imagesText(comparison)}, these shares are classified correctly: ${each}`;
  const two = onlyTwo(arms, ({ track }) => track)?.map(({ name }) => name);
  const pair = two && pairs.find(({ a, b }) => two.includes(a) && two.includes(b));
  if (pair) return `${shares}; ${pair.a} minus ${pair.b} is ${pointsInterval(pair.difference)} points.`;
  return `${shares}; no arm was trained on renders alone, so no sim-to-real gap can be stated.`;
}

/** Whose photographs, and how many. */
function imagesText({ target: { kind, n, dataset } }: Comparison): string {
  return kind === "real"
    ? `${n} real photographs`
    : `${n} images of a simulated stand-in (${dataset}: no real photographs)`;
}

function baseClause({ target, gap, seeds, experiment }: Arm, comparison: Comparison): string {
  const where = comparison.experiments ? `In ${experiment}, trained` : "Trained";
  const share = `${where} on renders alone, the classifier gets ${percent(target.accuracy.mean)} of ${imagesText(comparison)} right`;
  // How far another seed would move the gap, one seed cannot tell.
  if (!gap || seeds.length === 1) return share;
  if (holdsZero(gap)) return `${share}; that it does worse there than on renders was not shown`;
  return `${share}, ${sizeText(gap, "more", "fewer")} than of new renders`;
}

function adaptedClause(adapted: Adapted, base: Arm, comparison: Comparison): string {
  const { arm } = adapted;
  const way = comparison.experiments ? `In ${arm.experiment}` : wayOf(arm, comparison);
  const share = `${way} (${arm.name}), it gets ${percent(arm.target.accuracy.mean)} right`;
  return `${share}${differenceText(adapted, base)}`;
}

/** How an arm came about beside one that was trained on renders alone. */
function wayOf({ track, k, synthetic }: Arm, { target }: Comparison): string {
  const images = target.kind === "real" ? "photographs" : "images";
  if (track === "zero-training") return "Without any training";
  if (track === "source-only") return "Trained on renders in another way";
  if (track === "unlabelled") return `Adapted with unlabelled training ${images}`;
  const labels =
    track === "k-shot" ? `${k} ${k === 1 ? "label" : "labels"} a class` : `all labelled training ${images}`;
  return synthetic ? `Adapted with ${labels}` : `Trained on ${labels} alone`;
}

function differenceText({ pair }: Adapted, base: Arm): string {
  if (!pair) return `, which shares no seed with ${base.name}`;
  if (pair.p === null) return ": one seed, no result";
  const size = `${sizeText(pair.difference, "fewer", "more")} than with renders alone`;
  if (pair.pAdjusted === null) return `: ${size}, a difference that was not tested`;
  return `: ${size}, a difference that was ${pair.shown ? "shown" : "not shown"}`;
}

/** "3.7 points [0.7, 6.6] more": the size of a difference, without its sign. */
function sizeText({ mean, low, high }: Interval, ofNegative: string, ofPositive: string): string {
  const bounds = mean < 0 ? [-high, -low] : [low, high];
  return `${pointsSize(Math.abs(mean))} points [${bounds.map(pointsSize).join(", ")}] ${mean < 0 ? ofNegative : ofPositive}`;
}

/** A number of the first screen. */
export interface KeyNumber {
  label: string;
  value: string;
  /** Its 95% interval. */
  interval: string;
  /** How the interval was found. */
  method: string;
}

/** On renders, on the target, adapted, and what renders are worth: those that there are. */
export function keyNumbers(comparison: Comparison): KeyNumber[] {
  const base = sourceOnlyArm(comparison);
  const adapted = base ? adaptedArm(comparison) : undefined;
  const named = base ? [] : comparison.arms.slice(0, 3);
  return [
    ...(base?.source.accuracy ? [share("renders alone, on new renders", base.source.accuracy)] : []),
    ...(base ? [share(`renders alone, on ${targetName(comparison)}`, base.target.accuracy)] : []),
    ...(adapted
      ? [share(`${adapted.arm.name}, on ${targetName(comparison)}`, adapted.arm.target.accuracy)]
      : []),
    ...named.map(({ name, target }) => share(`${name}, on ${targetName(comparison)}`, target.accuracy)),
    ...comparison.worth.slice(0, 1).map(worthNumber),
  ];
}

const targetName = ({ target }: Comparison) =>
  target.kind === "real" ? "photographs" : "the stand-in target";

function share(label: string, accuracy: Interval): KeyNumber {
  const [value, ...interval] = percentInterval(accuracy).split(" ");
  return { label, value: value!, interval: interval.join(" "), method: accuracy.method };
}

const worthNumber = ({ estimate, low, high }: Worth): KeyNumber => ({
  label: "renders alone match, per class",
  value: `${labelsText(estimate)} labelled photos`,
  interval: `[${labelsText(low)}, ${labelsText(high)}]`,
  method: "bootstrap of seeds, draws of the labels and photographs",
});

/** How the intervals of the numbers were found, each method once, and what "shown" means where something was tested. */
export function methodsOf(numbers: readonly KeyNumber[], { pairs, families }: Comparison): string {
  const methods = distinct(numbers.map(({ method }) => method)).join("; ");
  const tested = pairs.filter(({ pAdjusted }) => pAdjusted !== null).length;
  const when = families.some(({ declared }) => declared) ? ", named before the run" : "";
  const rule = `Shown: p of the paired difference below .05, corrected for ${tested} ${tested === 1 ? "comparison" : "comparisons"}${when}.`;
  return `95% intervals in brackets: ${methods}.${tested > 0 ? ` ${rule}` : ""}`;
}

/** What qualifies every figure before all else. */
export function bannersOf({ preview, target }: Pick<Comparison, "preview" | "target">): string[] {
  return [
    ...(target.kind === "stand-in" ? ["Stand-in target, not real photographs"] : []),
    ...(preview ? ["Preview: one seed, short training, no result"] : []),
  ];
}

/** How many cautions a first screen holds. */
const FIRST_CAUTIONS = 3;

/**
 * The gravest cautions beside what the banners say, which come first among them; before the others those that name the
 * arm of the verdict, as they change how that is read.
 */
export function firstCautions(comparison: Comparison): string[] {
  const left = distinct(comparison.cautions.slice(bannersOf(comparison).length));
  const name = sourceOnlyArm(comparison) && adaptedArm(comparison)?.arm.name;
  const about = left.filter((text) => name !== undefined && text.includes(`${name} `));
  return distinct([...about, ...left]).slice(0, FIRST_CAUTIONS);
}

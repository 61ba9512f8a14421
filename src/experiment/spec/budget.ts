/** What an arm may do within its track's label budget. */
import { invalid, note } from "../../shared/errors.js";
import type { Track } from "../../shared/types.js";
import type { Arm } from "./experiment.js";
import { type DomainName, domainsOf, isAverage, learns, learnsOn } from "./phases.js";
import type { ArmPhase, AveragePhase, DescentPhase, LearningPhase } from "./schema.js";

/**
 * Parents that a track may start from: none that has seen more of the target than the track itself may, and none
 * whose folds are others (a full arm's held-out images may be a k-shot parent's labels).
 */
const MAY_START_FROM: Record<Track, readonly Track[]> = {
  "zero-training": [],
  "source-only": ["source-only"],
  unlabelled: ["source-only", "unlabelled"],
  "k-shot": ["source-only", "unlabelled", "k-shot"],
  full: ["source-only", "unlabelled", "full"],
  oracle: ["oracle"],
};

export function checkBudget(one: Arm, family: Arm[], file: string): void {
  const where = `${file}: arms.${one.name}`;
  const parent = family.at(-2);
  if (parent && !MAY_START_FROM[one.track].includes(parent.track))
    throw invalid(
      `${where}.from`,
      `a parent that the ${one.track} track may see`,
      note(`${parent.name} (${parent.track})`),
    );
  if (parent?.track === "k-shot" && one.track === "k-shot" && parent.k !== one.k)
    throw invalid(`${where}.k`, `its parent's k, ${parent.k}`, one.k);
  if ((one.track === "k-shot") !== (one.k !== undefined))
    throw invalid(
      `${where}.k`,
      one.track === "k-shot" ? "the labels a class" : "no k outside the k-shot track",
      one.k,
    );
  if (one.name === "zero-training" && one.track !== "zero-training")
    throw invalid(`${where}.track`, "zero-training, whose name it has", one.track);
  checkMethod(one, family, where);
  checkPhases(one, family, where);
  checkSelection(one, family, where);
}

const METHOD_TRACKS: readonly Track[] = ["unlabelled", "k-shot", "full"];

function checkMethod(one: Arm, family: Arm[], where: string): void {
  if (one.method === undefined) {
    if (one.track === "unlabelled") throw invalid(`${where}.method`, "a method", one.method);
    return;
  }
  if (!METHOD_TRACKS.includes(one.track))
    throw invalid(`${where}.method`, "no method on this track", one.method.name);
  if (!family.some((ancestor) => ancestor.phases.some((p) => learnsOn(p, "source"))))
    throw invalid(`${where}.from`, "an arm that learned on source, for the method to start from", one.from);
}

/**
 * Folds tell what is best only where their held-out labels were never learned; a phase that keeps its last epoch has no
 * folds, and neither has a method.
 */
function checkSelection(one: Arm, family: Arm[], where: string): void {
  const unfolded = (ancestor: Arm) => ancestor.method !== undefined && ancestor.track !== "unlabelled";
  let last = family.slice(0, -1).some((a) => unfolded(a) || a.phases.some(keepsLast));
  for (const [i, p] of one.phases.entries()) {
    if (last) refuseChoice(p, `${where}.phases.${i}`);
    last ||= keepsLast(p);
  }
}

function refuseChoice(p: ArmPhase, where: string): void {
  if (!learns(p) || !learnsOn(p, "target")) return;
  const before = "as the phase on target before it has no folds to choose by";
  if (p.optimizer === "exact") {
    if (p.c === undefined) throw invalid(`${where}.c`, `a strength, ${before}`, p.c);
  } else if (p.select !== "last") throw invalid(`${where}.select`, `"last", ${before}`, p.select);
}

const keepsLast = (p: ArmPhase): boolean => learnsOn(p, "target") && "select" in p && p.select === "last";

const DOMAINS: Record<Track, readonly DomainName[]> = {
  "zero-training": [],
  "source-only": ["source"],
  unlabelled: ["source"],
  "k-shot": ["source", "target"],
  full: ["source", "target"],
  oracle: ["target"],
};

function checkPhases(one: Arm, family: Arm[], where: string): void {
  const allowed = DOMAINS[one.track];
  const bad = one.phases.findIndex((p) => domainsOf(p).some((domain) => !allowed.includes(domain)));
  if (bad >= 0) {
    const expected = allowed.length ? `training on ${allowed.join(" or ")} only` : "no training";
    const found = one.phases[bad] as LearningPhase;
    throw invalid(`${where}.phases.${bad}.on`, `${expected} (${one.track} track)`, found.on);
  }
  const needsPhase = one.track !== "zero-training" && one.method === undefined;
  if (needsPhase && one.phases.length === 0)
    throw invalid(`${where}.phases`, "at least one phase", note("none"));
  for (const [i, p] of one.phases.entries()) {
    if (isAverage(p)) checkAverage(p, family, `${where}.phases.${i}`);
    else if (p.optimizer !== "exact") checkDescent(p, `${where}.phases.${i}`);
  }
}

/** Weights of an arm that saw other labels would bring them along. */
function checkAverage({ average }: AveragePhase, family: Arm[], where: string): void {
  const ancestors = family.slice(0, -1).map(({ name }) => name);
  if (!ancestors.includes(average.with))
    throw invalid(
      `${where}.average.with`,
      ancestors.length
        ? `an arm that this one starts from: ${ancestors.join(", ")}`
        : "an arm that starts from another",
      average.with,
    );
}

/** Options that would do nothing, or that contradict each other. */
function checkDescent(p: DescentPhase, where: string): void {
  for (const key of ["decay", "unfreeze", "probe"] as const)
    if (p.train === "head" && p[key] !== undefined)
      throw invalid(`${where}.${key}`, "more than the head to train", note("train: head"));
  if (p.probe && p.unfreeze) throw invalid(`${where}.probe`, "either probe or unfreeze", note("both"));
  if (p.probe && p.probe >= p.epochs)
    throw invalid(`${where}.probe`, `fewer than the phase's ${p.epochs} epochs`, p.probe);
  if (p.patience && (learnsOn(p, "target") || p.select === "last"))
    throw invalid(`${where}.patience`, "a phase on source that keeps its best epoch", note("another"));
}

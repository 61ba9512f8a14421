/** What a comparison is made of, and what it refuses. */
import { invalid, note } from "../../src/shared/errors.js";
import type { Predictions, Track } from "../../src/shared/types.js";
import type { DuplicateReport } from "../images/duplicate-report.js";
import type { ImageStatistics } from "../images/image-statistics.js";
import { checkPredictions } from "../predictions/check.js";
import type { DrawnClasses } from "../predictions/draws.js";
import type { LedgerEntry } from "../predictions/ledger.js";
import { outcomes } from "../predictions/outcomes.js";
import type { Checkpoint } from "../statistics/regret.js";
import type { BackgroundRun } from "./background.js";
import type { FeatureView } from "./domains.js";

/** What an epoch of training left behind; absent or null where it was not measured. */
export interface EpochRecord {
  phase: string;
  epoch: number;
  trainLoss?: number | null;
  trainAccuracy?: number | null;
  valLoss?: number | null;
  valAccuracy?: number | null;
}

/**
 * A sentence that a reader must know before believing a figure, and what it is true of. It comes with that thing, from
 * its card; about the source, it concerns the arms that trained on renders.
 */
export interface Caveat {
  about: "target" | "weights" | "source";
  statement: string;
}

/** One arm with one seed. */
export interface SeedRun {
  seed: number;
  /** Held-out synthetic images; null where the arm was not evaluated on any. */
  source: Predictions | null;
  /** The same synthetic images, by the source-only model that this arm started from. */
  before: Predictions | null;
  target: Predictions;
  seconds: number;
  history?: EpochRecord[];
  /** Label-free validator scores of a method's checkpoints. */
  checkpoints?: Checkpoint[];
  /** What was predicted of the same target after further draws of the k labels. */
  draws?: DrawnClasses;
}

/** One arm with its seeds. */
export interface ArmInput {
  name: string;
  /** Where several experiments are compared: the one it belongs to, and its name there. */
  experiment?: string;
  role?: string;
  track: Track;
  /** Real labels a class where the track is k-shot, else null. */
  k: number | null;
  /** Target labels a class that it learned from, a mean where classes differ; left out where nobody knows. */
  labels?: number;
  /** How it learned, whatever it learned on: arms that are alike in it differ in their images alone. */
  learner?: string;
  synthetic: boolean;
  /** Whether it learned from target images without their labels too; by its track where left out. */
  unlabelled?: boolean;
  /** Stated use of target images and labels, in words. */
  uses: string;
  /** Of its dataset, weights and renderer. */
  caveats?: readonly Caveat[];
  runs: SeedRun[];
}

/** The differences of an experiment that are decided on; Holm corrects for all of them. */
export interface FamilyInput {
  /** Where several experiments are compared: the one it belongs to. */
  experiment?: string;
  /** Set against source-only. Names of the report's arms; one without a run here keeps its place in the correction. */
  arms: string[];
  /** Set against the arm that each names; none where left out. */
  pairs?: { arm: string; against: string }[];
  /** Whether the experiment's author named them, before its runs. */
  declared: boolean;
  /** Whether the runs were made under different ones; then these are all of them. */
  changed: boolean;
}

/** All that a comparison is made of. */
export interface ComparisonInput {
  experiment: string;
  backend: string;
  target: {
    dataset: string;
    kind: "real" | "stand-in";
    split: string;
    n: number;
    /** Images that could not be read. */
    leftOut?: { id: string; why: string }[];
  };
  source: { scene: string; sha256: string; n: number };
  backbone: { name: string; weights: string; sha256: string; pretraining: string };
  arms: ArmInput[];
  /** One an experiment; every adapted arm that uses renders where there is none. */
  families?: FamilyInput[];
  /** Whether every seed held out the same source images; each rendered its own where left out. */
  sharedSource?: boolean;
  /** Arm -> how its epochs were chosen. */
  selection: Record<string, string>;
  ledger: LedgerEntry[];
  /** The names under which the ledger counts openings of the target; its own where left out. */
  sealed?: { dataset: string; split: string }[];
  /** Versions, machine, times; `command` is shown as the command that reproduces the report. */
  environment: Record<string, unknown>;
  inputs: { name: string; path?: string; sha256: string }[];
  preview: boolean;
  /** Where several are compared: their configurations, in the order of the arms. */
  experiments?: { name: string; config: unknown }[];
  /** Features of both domains, for every backbone that the arms ended with. */
  features?: FeatureView[];
  /** Of the images of both domains. */
  statistics?: { source: ImageStatistics[]; target: ImageStatistics[] };
  /** Heads that saw renders with their subjects hidden. */
  background?: BackgroundRun[];
  /** What a check of the target's images found. */
  duplicates?: DuplicateReport;
  /** Runs that were begun and are not done, each in a sentence: they are missing from every figure. */
  unfinished?: readonly string[];
}

/** Refuses arms that cannot be compared. @throws bad input that names the first arm, seed and image at fault */
export function checkComparisonInput({ arms, target }: ComparisonInput): void {
  if (arms.length === 0) throw invalid("arms", "at least one arm", note("none"));
  checkNames(arms);
  const first = arms[0]!.runs[0]?.target;
  for (const arm of arms) {
    if (arm.runs.length === 0) throw invalid(`arm ${arm.name}`, "at least one seed", note("none"));
    checkSeeds(arm);
    for (const run of arm.runs) checkRun(arm, run, first!);
  }
  if (first!.rows.length !== target.n)
    throw invalid("target.n", `the ${first!.rows.length} images of the predictions`, target.n);
}

function checkNames(arms: readonly ArmInput[]): void {
  const names = arms.map((arm) => arm.name);
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled !== undefined)
    throw invalid("arms", "every arm under a name of its own", note(`two ${doubled}`));
}

function checkSeeds({ name, runs }: ArmInput): void {
  const seeds = runs.map((run) => run.seed);
  const doubled = seeds.find((seed, i) => seeds.indexOf(seed) !== i);
  if (doubled !== undefined) throw invalid(`arm ${name}`, "every seed once", note(`seed ${doubled} twice`));
  for (const part of ["source", "before"] as const) {
    const without = runs.find((run) => run[part] === null);
    if (without && runs.some((run) => run[part] !== null))
      throw invalid(
        `arm ${name}, seed ${without.seed}`,
        `${part} predictions, as other seeds have`,
        note("none"),
      );
  }
}

function checkRun(arm: ArmInput, run: SeedRun, reference: Predictions): void {
  const where = `arm ${arm.name}, seed ${run.seed}`;
  const ids = reference.rows.map((row) => row.id);
  checkPredictions(`${where}, target`, run.target, { classes: reference.classes, ids });
  checkLabels(`${where}, target`, run.target, reference);
  if (run.draws) checkDraws(where, run.draws, reference);
  if (run.source) checkLabelled(`${where}, source`, run.source, reference.classes);
  if (run.before) checkLabelled(`${where}, before`, run.before, reference.classes);
  if (run.source && run.before) {
    const rendered = run.source.rows.map((row) => row.id);
    checkPredictions(`${where}, before`, run.before, { ids: rendered });
  }
}

/** The truth of an image is the same in every arm. */
function checkLabels(where: string, predictions: Predictions, reference: Predictions): void {
  outcomes(predictions);
  const truth = new Map(reference.rows.map((row) => [row.id, row.label]));
  const odd = predictions.rows.find((row) => row.label !== truth.get(row.id));
  if (odd)
    throw invalid(`${where} (${odd.id})`, `the label ${truth.get(odd.id)}, as in other arms`, odd.label);
}

/** Every draw was predicted on the same images, in classes that are known. */
function checkDraws(where: string, { ids, predicted }: DrawnClasses, { classes, rows }: Predictions): void {
  const known = new Set(rows.map((row) => row.id));
  const odd = ids.find((id) => !known.has(id)) ?? (ids.length === known.size ? undefined : ids.length);
  if (odd !== undefined) throw invalid(`${where}, draws`, `the ${known.size} images of the target`, odd);
  const other = predicted.flat().find((name) => !classes.includes(name));
  if (other !== undefined) throw invalid(`${where}, draws`, `one of ${classes.join(", ")}`, other);
}

function checkLabelled(where: string, predictions: Predictions, classes: readonly string[]): void {
  checkPredictions(where, predictions, { classes });
  outcomes(predictions);
}

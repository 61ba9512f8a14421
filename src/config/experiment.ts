/** Experiment files: their strict schema, and what their arms may do within their track's label budget. */
import { z } from "zod";
import { invalid, note } from "../shared/errors.js";
import { readYaml } from "../shared/schema.js";
import { TRACKS, type Track } from "../shared/types.js";

const name = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, "a name of letters, digits, '.', '_' and '-'");
const positive = z.number().positive();
const count = z.int().min(1);

const sceneSource = z.strictObject({ scene: z.string(), count, val: count });
const folderSource = z.strictObject({ dataset: z.string() });
const namedTarget = z.strictObject({
  dataset: z.string(),
  /** The held-out simulated domain that stands in where the real set cannot be had. */
  fallback: sceneSource.optional(),
});
const folderTarget = z.strictObject({ dir: z.string() });

const phase = z.strictObject({
  on: z.enum(["source", "target"]),
  train: z.union([z.enum(["head", "all"]), z.strictObject({ from: z.string() })]),
  lr: positive,
  epochs: count,
  batch: count.default(8),
  optimizer: z.enum(["sgd", "adamw"]).default("sgd"),
});

const arm = z.strictObject({
  track: z.enum(TRACKS),
  from: name.optional(),
  k: count.optional(),
  method: z.string().optional(),
  phases: z.array(phase).default([]),
});

const experiment = z.strictObject({
  name,
  source: z.union([sceneSource, folderSource]),
  target: z.union([namedTarget, folderTarget]),
  backbone: z.strictObject({
    name: z.string(),
    weights: z.string().default("imagenet1k"),
    /** Taken where the weights cannot be had. */
    fallback: z.string().optional(),
  }),
  views: z.int().min(0).default(4),
  seeds: z.array(z.int().min(0)).min(1).default([0]),
  preview: z.boolean().default(false),
  arms: z.record(name, arm),
});

export type SceneSource = z.output<typeof sceneSource>;
export type Phase = z.output<typeof phase>;
export type Arm = z.output<typeof arm> & { name: string };
export type Experiment = Omit<z.output<typeof experiment>, "arms"> & {
  /** Parents before children; the zero-training bound comes first, as every report carries it. */
  arms: Arm[];
};

/** Reads and checks an experiment file; `arms` come out in the order in which they can be trained. */
export async function loadExperiment(path: string): Promise<Experiment> {
  const { arms, ...rest } = await readYaml(experiment, path);
  if (new Set(rest.seeds).size < rest.seeds.length)
    throw invalid(`${path}: seeds`, "each seed once", rest.seeds);
  const named = Object.entries(arms).map(([armName, body]) => ({ name: armName, ...body }));
  const ordered = parentsFirst(named, path);
  for (const one of ordered) checkBudget(one, lineage(one, ordered), path);
  return { ...rest, arms: withZeroTraining(ordered) };
}

/** The arm and its ancestors, the oldest first. */
export function lineage(one: Arm, arms: readonly Arm[]): Arm[] {
  const parent = arms.find((other) => other.name === one.from);
  return parent ? [...lineage(parent, arms), one] : [one];
}

/** Whether the arm, or one it starts from, ever sees a synthetic image. */
export function usesSynthetic(one: Arm, arms: readonly Arm[]): boolean {
  return lineage(one, arms).some((ancestor) => ancestor.phases.some((p) => p.on === "source"));
}

function withZeroTraining(arms: Arm[]): Arm[] {
  if (arms.some((a) => a.track === "zero-training")) return arms;
  return [{ name: "zero-training", track: "zero-training", phases: [] }, ...arms];
}

function parentsFirst(arms: Arm[], path: string): Arm[] {
  const ordered: Arm[] = [];
  const visit = (one: Arm, below: string[]) => {
    if (ordered.includes(one)) return;
    if (below.includes(one.name))
      throw invalid(`${path}: arms.${one.name}.from`, "no circle", note([...below, one.name].join(" -> ")));
    if (one.from) visit(parentOf(one, arms, path), [...below, one.name]);
    ordered.push(one);
  };
  for (const one of arms) visit(one, []);
  return ordered;
}

function parentOf(one: Arm, arms: Arm[], path: string): Arm {
  const parent = arms.find((other) => other.name === one.from);
  if (!parent) throw invalid(`${path}: arms.${one.name}.from`, "the name of another arm", one.from);
  return parent;
}

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

function checkBudget(one: Arm, family: Arm[], path: string): void {
  const where = `${path}: arms.${one.name}`;
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
  if ((one.track === "unlabelled") !== (one.method !== undefined))
    throw invalid(
      `${where}.method`,
      one.track === "unlabelled" ? "a method" : "no method on this track",
      one.method,
    );
  checkPhases(one, where);
}

const DOMAINS: Record<Track, readonly Phase["on"][]> = {
  "zero-training": [],
  "source-only": ["source"],
  unlabelled: ["source"],
  "k-shot": ["source", "target"],
  full: ["source", "target"],
  oracle: ["target"],
};

function checkPhases(one: Arm, where: string): void {
  const allowed = DOMAINS[one.track];
  const bad = one.phases.findIndex((p) => !allowed.includes(p.on));
  if (bad >= 0) {
    const expected = allowed.length ? `training on ${allowed.join(" or ")} only` : "no training";
    throw invalid(`${where}.phases.${bad}.on`, `${expected} (${one.track} track)`, one.phases[bad]!.on);
  }
  const needsPhase = one.track !== "zero-training" && one.track !== "unlabelled";
  if (needsPhase && one.phases.length === 0)
    throw invalid(`${where}.phases`, "at least one phase", note("none"));
}

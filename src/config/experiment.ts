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

const share = z.number().min(0).max(1);

/** How a phase's rates run: half a cosine after a warm-up over a share of it, or steps as StepLR. Constant where left out. */
const schedule = z.union([
  z.strictObject({ cosine: z.strictObject({ warmup: share.lt(1).default(0) }) }),
  z.strictObject({ step: z.strictObject({ size: count, gamma: positive.lt(1) }) }),
]);

const phase = z.strictObject({
  on: z.enum(["source", "target"]),
  train: z.union([z.enum(["head", "all"]), z.strictObject({ from: z.string() })]),
  lr: positive,
  epochs: count,
  batch: count.default(8),
  optimizer: z.enum(["sgd", "adamw"]).default("sgd"),
  schedule: schedule.optional(),
  /** Factor on the rate from each stage to the one before it: discriminative rates. */
  decay: positive.lt(1).optional(),
  /** Thaws one more stage after every so many epochs, from the head downwards. */
  unfreeze: z.strictObject({ every: count }).optional(),
  /** Epochs of the head alone before the rest joins in: LP-FT. */
  probe: count.optional(),
  /** L2-SP: alpha pulls to the pretrained weights, beta pulls the head to zero. */
  l2sp: z.strictObject({ alpha: z.number().min(0), beta: z.number().min(0) }).optional(),
  /** Epochs without a lower loss on held-out renders after which a phase on source ends. */
  patience: count.optional(),
  /** The epoch to keep: the best by what the track may see, the default, or the last. */
  select: z.enum(["best", "last"]).optional(),
  /** Weight of the loss on synthetic images that are mixed into a phase on target. */
  replay: positive.optional(),
  /**
   * "training" normalises by the batch and moves the running statistics, where the backbone has any; "frozen", the
   * default, does neither.
   */
  batchNorm: z.enum(["frozen", "training"]).optional(),
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
    /** One, or a list: then the file holds an experiment for each, named after it. */
    name: z.union([z.string(), z.array(z.string()).min(1)]),
    weights: z.string().default("imagenet1k"),
    /** Taken where the weights cannot be had. */
    fallback: z.string().optional(),
  }),
  views: z.int().min(0).default(4),
  /** How cached activations are kept: float16 halves the disk. float32 where left out. */
  precision: z.enum(["float32", "float16"]).optional(),
  seeds: z.array(z.int().min(0)).min(1).default([0]),
  preview: z.boolean().default(false),
  /** Renders of the source scene without its subjects, for the background-only check; none where left out. */
  background: z.strictObject({ count, val: count }).optional(),
  arms: z.record(name, arm),
});

export type SceneSource = z.output<typeof sceneSource>;
export type Phase = z.output<typeof phase>;
export type Arm = z.output<typeof arm> & { name: string };
type ExperimentFile = z.output<typeof experiment>;
export type Experiment = Omit<ExperimentFile, "arms" | "backbone"> & {
  backbone: Omit<ExperimentFile["backbone"], "name"> & { name: string };
  /** Parents before children; the zero-training bound comes first, as every report carries it. */
  arms: Arm[];
};

/**
 * Reads and checks an experiment file; `arms` come out in the order in which they can be trained.
 * @param backbone the one to take of a list, or in place of the file's own; the first where left out
 */
export async function loadExperiment(path: string, backbone?: string): Promise<Experiment> {
  const { arms, ...file } = await readYaml(experiment, path);
  const rest = withBackbone(file, backbone);
  if (new Set(rest.seeds).size < rest.seeds.length)
    throw invalid(`${path}: seeds`, "each seed once", rest.seeds);
  const named = Object.entries(arms).map(([armName, body]) => ({ name: armName, ...body }));
  const ordered = parentsFirst(named, path);
  for (const one of ordered) checkBudget(one, lineage(one, ordered), path);
  return { ...rest, arms: withZeroTraining(ordered) };
}

/** The backbones that an experiment file lists; it holds an experiment for each. */
export async function experimentBackbones(path: string): Promise<string[]> {
  const { backbone } = await readYaml(experiment, path);
  return [backbone.name].flat();
}

/** One experiment of a file: named after its backbone where the file lists several, or another is asked for. */
function withBackbone(
  { name, backbone, ...rest }: Omit<ExperimentFile, "arms">,
  wanted: string | undefined,
): Omit<Experiment, "arms"> {
  const chosen = wanted ?? [backbone.name].flat()[0]!;
  return {
    ...rest,
    name: chosen === backbone.name ? name : `${name}-${chosen}`,
    backbone: { ...backbone, name: chosen },
  };
}

/** The arm and its ancestors, the oldest first. */
export function lineage(one: Arm, arms: readonly Arm[]): Arm[] {
  const parent = arms.find((other) => other.name === one.from);
  return parent ? [...lineage(parent, arms), one] : [one];
}

/** Whether the arm, or one it starts from, ever sees a synthetic image. A method starts from what learned on some. */
export function usesSynthetic(one: Arm, arms: readonly Arm[]): boolean {
  return lineage(one, arms).some(
    ({ method, phases }) => method !== undefined || phases.some((p) => p.on === "source" || p.replay),
  );
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
  checkMethod(one, family, where);
  checkPhases(one, where);
  checkSelection(one, family, where);
}

const METHOD_TRACKS: readonly Track[] = ["unlabelled", "k-shot", "full"];

function checkMethod(one: Arm, family: Arm[], where: string): void {
  if (one.method === undefined) {
    if (one.track === "unlabelled") throw invalid(`${where}.method`, "a method", one.method);
    return;
  }
  if (!METHOD_TRACKS.includes(one.track))
    throw invalid(`${where}.method`, "no method on this track", one.method);
  if (!family.some((ancestor) => ancestor.phases.some((p) => p.on === "source")))
    throw invalid(`${where}.from`, "an arm that learned on source, for the method to start from", one.from);
}

/**
 * Folds tell which epoch is best only where their held-out labels were never learned; a phase that keeps its last epoch
 * has no folds, and neither has a method.
 */
function checkSelection(one: Arm, family: Arm[], where: string): void {
  const unfolded = (ancestor: Arm) => ancestor.method !== undefined && ancestor.track !== "unlabelled";
  let last = family.slice(0, -1).some((a) => unfolded(a) || a.phases.some(keepsLast));
  for (const [i, p] of one.phases.entries()) {
    if (last && p.on === "target" && p.select !== "last")
      throw invalid(`${where}.phases.${i}.select`, '"last", as the phase on target before it', p.select);
    last ||= keepsLast(p);
  }
}

const keepsLast = (p: Phase): boolean => p.on === "target" && p.select === "last";

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
  const needsPhase = one.track !== "zero-training" && one.method === undefined;
  if (needsPhase && one.phases.length === 0)
    throw invalid(`${where}.phases`, "at least one phase", note("none"));
  for (const [i, p] of one.phases.entries()) checkPhase(p, one, `${where}.phases.${i}`);
}

/** Options that would do nothing, or that contradict each other. */
function checkPhase(p: Phase, one: Arm, where: string): void {
  for (const key of ["decay", "unfreeze", "probe"] as const)
    if (p.train === "head" && p[key] !== undefined)
      throw invalid(`${where}.${key}`, "more than the head to train", note("train: head"));
  if (p.probe && p.unfreeze) throw invalid(`${where}.probe`, "either probe or unfreeze", note("both"));
  if (p.probe && p.probe >= p.epochs)
    throw invalid(`${where}.probe`, `fewer than the phase's ${p.epochs} epochs`, p.probe);
  if (p.patience && (p.on === "target" || p.select === "last"))
    throw invalid(`${where}.patience`, "a phase on source that keeps its best epoch", note("another"));
  if (p.replay && (p.on === "source" || one.track === "oracle"))
    throw invalid(
      `${where}.replay`,
      "a phase on target of a track that sees synthetic images",
      note("another"),
    );
}

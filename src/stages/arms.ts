/** One arm with one seed: trained where it is not done, taken up from its checkpoints where it is. */
import { existsSync } from "node:fs";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadCheckpoint, saveCheckpoint } from "../../adapt/backbones/checkpoint.js";
import type { Backbone } from "../../adapt/backbones/load.js";
import { type Model, withHead } from "../../adapt/backbones/model.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { Diverged } from "../../adapt/training/train.js";
import { type Arm, lineage, usesSynthetic } from "../config/experiment.js";
import { failed, invalid, note } from "../shared/errors.js";
import { writeAtomic } from "../shared/files.js";
import type { LabeledItem } from "../shared/types.js";
import { adapt, type Methods, methodOf } from "./adaptation.js";
import type { Features } from "./features.js";
import { predictDomain, predictZeroTraining } from "./predict.js";
import { drawShots } from "./shots.js";
import type { Source } from "./sources.js";
import {
  BEFORE_PREDICTIONS,
  checkpointFile,
  finishRun,
  metricsFile,
  predictionsFile,
  type RunConfig,
  type RunRecord,
  runFolder,
  type Setting,
  SOURCE_PREDICTIONS,
} from "./store.js";
import type { Target } from "./target.js";
import { type TrainedArm, trainArm } from "./train.js";

/** What every arm of a seed works with. */
export interface Bench {
  out: string;
  seed: number;
  arms: readonly Arm[];
  backbone: Backbone;
  source: Source;
  target: Target;
  features: Features;
  methods: Methods;
  /** Names every parameter that is learned. */
  verbose?: boolean;
  setting: Setting;
  sourceInfo: RunRecord["source"];
  configOf(arm: Arm): RunConfig;
}

/** Refuses what no backbone or target of this run can serve, before any work starts. */
export function checkArm(arm: Arm, target: Target, backbone: Backbone, methods: Methods): void {
  const needsLabels = arm.phases.some((phase) => phase.on === "target");
  if (needsLabels && target.train.length === 0)
    throw invalid(`arms.${arm.name}`, "a target with a labelled train split", note(target.origin));
  if (arm.method !== undefined && target.train.length === 0)
    throw invalid(`arms.${arm.name}`, "a target with a train split", note(target.origin));
  if (arm.method !== undefined) methodOf(arm, methods);
  for (const [i, { train }] of arm.phases.entries())
    if (typeof train === "object" && !backbone.card.stages.includes(train.from))
      throw invalid(
        `arms.${arm.name}.phases.${i}.train.from`,
        `a stage of ${backbone.card.name}`,
        train.from,
      );
}

/** Trains an arm, writes its checkpoint, metrics and predictions, and marks the run as done. */
export async function runArm(arm: Arm, bench: Bench): Promise<RunRecord> {
  const started = performance.now();
  const folder = runFolder(bench.out, bench.configOf(arm));
  const done =
    arm.track === "zero-training"
      ? await predictOnly(folder, bench)
      : await trainAndPredict(arm, folder, bench);
  const { experiment, seed } = bench.configOf(arm);
  return finishRun(bench.out, bench.configOf(arm), {
    ...bench.setting,
    experiment,
    arm: arm.name,
    position: bench.arms.indexOf(arm),
    track: arm.track,
    k: arm.k ?? null,
    synthetic: usesSynthetic(arm, bench.arms),
    seed,
    source: bench.sourceInfo,
    uses: usesOf(arm, bench.target),
    ...done,
    seconds: (performance.now() - started) / 1000,
  });
}

const domainsOf = ({ source, target }: Bench) => [
  { name: SOURCE_PREDICTIONS, items: source.val },
  { name: target.dataset, items: target.test },
];

async function predictOnly(folder: string, bench: Bench) {
  for (const domain of domainsOf(bench))
    await predictZeroTraining(folder, bench.backbone, bench.source.classes, domain, bench.features);
  return { selection: "nothing is trained", epochs: [] };
}

async function trainAndPredict(arm: Arm, folder: string, bench: Bench) {
  const trained = await train(arm, folder, bench).catch((error) => keepLastGood(error, arm, folder));
  await save(folder, trained, bench.backbone);
  for (const domain of domainsOf(bench)) await predictDomain(folder, trained.model, domain, bench.features);
  await copyBefore(arm, folder, bench);
  await rm(stateFolder(folder), { recursive: true, force: true });
  return { selection: trained.selection.join("; "), epochs: trained.epochs };
}

/** Where phases keep their state between epochs, until the arm is done. */
const stateFolder = (folder: string): string => join(folder, "state");

/** A run that diverges leaves the last good weights behind, and says where. */
async function keepLastGood(error: unknown, arm: Arm, folder: string): Promise<never> {
  if (!(error instanceof Diverged) || error.lastGood.epoch === 0) throw error;
  const path = join(folder, "last-good.safetensors");
  await saveCheckpoint(path, error.lastGood.model);
  throw failed(`arms.${arm.name}`, `${error.message} (${path})`, error);
}

async function train(arm: Arm, folder: string, bench: Bench): Promise<TrainedArm> {
  const { seed, source, target, backbone } = bench;
  const parent = bench.arms.find((other) => other.name === arm.from);
  const start = parent
    ? await restore(parent, bench)
    : { model: withHead(backbone, source.classes, seed), folds: null };
  const shots = shotsOf(arm, target, seed);
  const trained = await trainArm(start, {
    ...bench,
    arm,
    shots,
    pretrained: backbone.weights,
    keepFolds: bench.arms.some((other) => other.from === arm.name),
    state: stateFolder(folder),
  });
  if (arm.method === undefined) return trained;
  return {
    ...trained,
    model: await adapt(trained.model, { ...bench, arm, folder, shots }),
    folds: null,
    selection: [...trained.selection, `${arm.method}: its own fixed schedule`],
  };
}

function shotsOf(arm: Arm, target: Target, seed: number): readonly LabeledItem[] {
  if (arm.track === "k-shot") return drawShots(target.train, arm.k!, seed);
  return arm.track === "full" || arm.track === "oracle" ? target.train : [];
}

function usesOf(arm: Arm, { train, dataset }: Target): string {
  const uses: Record<Arm["track"], string> = {
    "zero-training": "no training and no target image: the pretrained classifier as it is",
    "source-only": "no target image",
    unlabelled: `${train.length} training images of ${dataset}, without their labels`,
    "k-shot": `${arm.k} labels a class of ${dataset}`,
    full: `all ${train.length} training labels of ${dataset}`,
    oracle: `all ${train.length} training labels of ${dataset}, and no synthetic image`,
  };
  return uses[arm.track];
}

const foldFile = (folder: string, fold: number) => join(folder, "folds", `${fold}.safetensors`);

async function save(
  folder: string,
  { model, folds, history }: TrainedArm,
  backbone: Backbone,
): Promise<void> {
  const metadata = { pretrained: backbone.sha256 };
  for (const [i, fold] of (folds ?? []).entries()) await saveCheckpoint(foldFile(folder, i), fold, metadata);
  await writeAtomic(metricsFile(folder), history.map((record) => `${JSON.stringify(record)}\n`).join(""));
  await saveCheckpoint(checkpointFile(folder), model, metadata);
}

/** A finished arm's model and fold models, as they came out of training. */
async function restore(arm: Arm, bench: Bench): Promise<Pick<TrainedArm, "model" | "folds">> {
  const folder = runFolder(bench.out, bench.configOf(arm));
  const load = async (path: string): Promise<Model> => {
    const model = await loadCheckpoint(path);
    return { ...model, weights: shareWeights(model.weights, bench.backbone.weights) };
  };
  const folds: Model[] = [];
  while (existsSync(foldFile(folder, folds.length))) folds.push(await load(foldFile(folder, folds.length)));
  return { model: await load(checkpointFile(folder)), folds: folds.length ? folds : null };
}

/** Weights equal to the backbone's become the very same arrays: one copy in memory, and a frozen prefix is seen as one. */
function shareWeights(loaded: Weights, known: Weights): Weights {
  const bytes = ({ data }: { data: Float32Array }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const entries = Object.entries(loaded).map(([name, weight]) => {
    const twin = known[name];
    return [name, twin && bytes(twin).equals(bytes(weight)) ? twin : weight] as const;
  });
  return Object.fromEntries(entries);
}

/** What the source-only model that an arm began with said of the held-out renders: forgetting shows against it. */
async function copyBefore(arm: Arm, folder: string, bench: Bench): Promise<void> {
  const origin = lineage(arm, bench.arms).findLast((ancestor) => ancestor.track === "source-only");
  if (!origin) return;
  const from = predictionsFile(runFolder(bench.out, bench.configOf(origin)), SOURCE_PREDICTIONS);
  const to = predictionsFile(folder, BEFORE_PREDICTIONS);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

/** One arm with one seed: trained where it is not done, taken up from its checkpoints where it is. */
import { existsSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadCheckpoint, saveCheckpoint } from "../../../adapt/backbones/checkpoint.js";
import type { Backbone } from "../../../adapt/backbones/load.js";
import { type Model, withHead, zeroTraining } from "../../../adapt/backbones/model.js";
import { type LabeledImages, subset } from "../../../adapt/images/images.js";
import { Diverged } from "../../../adapt/training/train.js";
import { failed } from "../../shared/errors.js";
import { writeAtomic } from "../../shared/files.js";
import { makeFolder } from "../../shared/folders.js";
import { predictDomain } from "../predict/predict.js";
import { drawShots } from "../source/shots.js";
import { describeAugment } from "../spec/augment.js";
import type { Arm } from "../spec/experiment.js";
import { lineage, usesSynthetic } from "../spec/lineage.js";
import { checkFile } from "../store/run-files.js";
import {
  BEFORE_PREDICTIONS,
  checkpointFile,
  finishRun,
  metricsFile,
  predictionsFile,
  type RunRecord,
  readRun,
  runFolder,
  SOURCE_PREDICTIONS,
  sealedPredictionsFile,
} from "../store/store.js";
import type { RunContext } from "./context.js";
import { predictDraws } from "./draws.js";
import { runMethod } from "./method.js";
import type { TrainedArm } from "./phase-work.js";
import { trainPhases } from "./phases.js";

/** Trains an arm, writes its checkpoint, metrics and predictions, and marks the run as done. */
export async function runArm(arm: Arm, context: RunContext): Promise<RunRecord> {
  const started = performance.now();
  const { plan, seed, source } = context;
  const config = plan.configOf(arm, seed);
  const folder = runFolder(plan.out, config);
  const done =
    arm.track === "zero-training"
      ? await predictOnly(folder, context)
      : await trainAndPredict(arm, folder, context);
  const planned = plan.sources.get(seed)!;
  return finishRun(plan.out, config, {
    ...plan.setting,
    experiment: config.experiment,
    arm: arm.name,
    position: plan.arms.indexOf(arm),
    track: arm.track,
    k: arm.k ?? null,
    labels: shotsOf(arm, context).items.length / source.train.classes.length,
    synthetic: usesSynthetic(arm, plan.arms),
    seed,
    source: { scene: planned.scene, sha256: planned.sha256, n: source.val.items.length },
    unlabelled: arm.track === "unlabelled" || usesRest(arm, plan.arms),
    uses: usesOf(arm, context),
    ...done,
    seconds: (performance.now() - started) / 1000,
  });
}

async function predictOnly(folder: string, context: RunContext) {
  await predictDomains(zeroTraining(context.backbone, context.source.train.classes), folder, context);
  return { selection: "nothing is trained", epochs: [] };
}

async function trainAndPredict(arm: Arm, folder: string, context: RunContext) {
  const trained = await trainArm(arm, folder, context).catch((error) => keepLastGood(error, arm, folder));
  await save(folder, trained, context.backbone);
  await predictDomains(trained.model, folder, context);
  await copyBefore(arm, folder, context);
  await rm(stateFolder(folder), { recursive: true, force: true });
  return { selection: trained.selection.join("; "), epochs: trained.epochs };
}

/** The target's predictions are written without labels; those of a target that has none are final. */
async function predictDomains(
  model: Model,
  folder: string,
  { plan, source, target }: RunContext,
): Promise<void> {
  const { dataset, labelled } = plan.target;
  const onTarget = labelled ? sealedPredictionsFile(folder, dataset) : predictionsFile(folder, dataset);
  const onSource = predictionsFile(folder, SOURCE_PREDICTIONS);
  await predictDomain(model, source.val, { folder, name: SOURCE_PREDICTIONS, predictions: onSource });
  await predictDomain(model, target.test, { folder, name: dataset, predictions: onTarget });
}

/** Where phases keep their state between epochs, until the arm is done. */
const stateFolder = (folder: string): string => join(folder, "state");

/** A run that diverges leaves the last good weights behind, and says where. */
async function keepLastGood(error: unknown, arm: Arm, folder: string): Promise<never> {
  if (!(error instanceof Diverged) || error.lastGood.epoch === 0) throw error;
  const path = join(folder, "last-good.safetensors");
  await saveCheckpoint(path, error.lastGood);
  throw failed(`arms.${arm.name}`, `${error.message} (${path})`, error);
}

async function trainArm(arm: Arm, folder: string, context: RunContext): Promise<TrainedArm> {
  const { plan, seed, source, backbone, on, verbose } = context;
  const parent = plan.arms.find((other) => other.name === arm.from);
  const start = parent
    ? await restore(parent, context)
    : { model: withHead(backbone, source.train.classes, seed), folds: null };
  const shots = shotsOf(arm, context);
  const keepFolds = plan.arms.some((other) => other.from === arm.name);
  const state = stateFolder(folder);
  const ancestor = (name: string) => restore(plan.arms.find((other) => other.name === name)!, context);
  const inputs = { arm, seed, source, shots, keepFolds, ancestor, state, on, verbose };
  const trained = await trainPhases(start, inputs);
  await predictDraws(start, inputs, folder, context);
  if (!arm.method) return trained;
  return {
    ...trained,
    model: await runMethod(trained.model, arm, shots, { folder, state }, context),
    folds: null,
    selection: [...trained.selection, `${arm.method.name}: its own fixed schedule`],
  };
}

function shotsOf({ track, k }: Arm, { target, seed }: RunContext): LabeledImages {
  const { items } = target.train;
  if (track === "k-shot") return subset(target.train, drawShots(items, k!, seed));
  return subset(target.train, track === "full" || track === "oracle" ? items : []);
}

/** Whether the arm, or one it starts from, learns from target images without their labels beside those with them. */
const usesRest = (arm: Arm, arms: readonly Arm[]): boolean =>
  lineage(arm, arms).some(({ method }) => method?.needs.rest !== undefined);

function usesOf(arm: Arm, { plan }: RunContext): string {
  const { train, dataset } = plan.target;
  const rest = usesRest(arm, plan.arms) ? ", and its other training images without their labels" : "";
  const uses: Record<Arm["track"], string> = {
    "zero-training": "no training and no target image: the pretrained classifier as it is",
    "source-only": "no target image",
    unlabelled: `${train.length} training images of ${dataset}, without their labels`,
    "k-shot": `${arm.k} labels a class of ${dataset}${rest}`,
    full: `all ${train.length} training labels of ${dataset}`,
    oracle: `all ${train.length} training labels of ${dataset}, and no synthetic image`,
  };
  const own = arm.augment ? `; source images under ${describeAugment(arm.augment)}` : "";
  return uses[arm.track] + own;
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
async function restore(
  arm: Arm,
  { plan, seed, backbone }: RunContext,
): Promise<Pick<TrainedArm, "model" | "folds">> {
  const folder = runFolder(plan.out, plan.configOf(arm, seed));
  const record = await readRun(folder);
  const { definition } = backbone;
  const load = async (path: string): Promise<Model> => {
    await checkFile(folder, record, path);
    return loadCheckpoint(path, { definition, backbone });
  };
  const folds: Model[] = [];
  while (existsSync(foldFile(folder, folds.length))) folds.push(await load(foldFile(folder, folds.length)));
  return { model: await load(checkpointFile(folder)), folds: folds.length ? folds : null };
}

/** What the source-only model that an arm began with said of the held-out renders: forgetting shows against it. */
async function copyBefore(arm: Arm, folder: string, { plan, seed }: RunContext): Promise<void> {
  const origin = lineage(arm, plan.arms).findLast((ancestor) => ancestor.track === "source-only");
  if (!origin) return;
  const parent = runFolder(plan.out, plan.configOf(origin, seed));
  const from = predictionsFile(parent, SOURCE_PREDICTIONS);
  if (parent !== folder) await checkFile(parent, await readRun(parent), from);
  const to = predictionsFile(folder, BEFORE_PREDICTIONS);
  await makeFolder(dirname(to));
  await copyFile(from, to);
}

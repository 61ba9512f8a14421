/** antbee as a library: everything the commands do, typed. */

export type { BackboneCard } from "../adapt/backbones/card.js";
export { loadCheckpoint, saveCheckpoint } from "../adapt/backbones/checkpoint.js";
export { type Backbone, loadBackbone } from "../adapt/backbones/load.js";
export { type Model, withHead } from "../adapt/backbones/model.js";
export { backbones } from "../adapt/backbones/registry.js";
export { useBackend } from "../adapt/backend/backend.js";
export type { Activations } from "../adapt/images/activations.js";
export { activations } from "../adapt/images/activations.js";
export type { Examples, UnlabeledExamples } from "../adapt/images/examples.js";
export { gradCam, mapStage } from "../adapt/inference/grad-cam.js";
export { pooledFeatures, predict, zeroTraining } from "../adapt/inference/predict.js";
export * as losses from "../adapt/losses/index.js";
export * as methodFactories from "../adapt/methods/factories.js";
export type { LabelledInput, Method, Needs, SourceInput, UnlabelledInput } from "../adapt/methods/method.js";
export { methodCut, notApplicable } from "../adapt/methods/method.js";
export { methods } from "../adapt/methods/registry.js";
export * as criteria from "../adapt/training/criteria.js";
export type { EpochRecord } from "../adapt/training/history.js";
export type { LabeledOutputs, Objective, Outputs, Step } from "../adapt/training/objective.js";
export type { Progress, Rates, Schedule, Shape } from "../adapt/training/schedule.js";
export * as schedules from "../adapt/training/schedule.js";
export {
  cutOf,
  Diverged,
  type Phase,
  type Trained,
  type TrainOptions,
  trainPhase,
} from "../adapt/training/train.js";
export { compareArms } from "../eval/compare.js";
export type { ComparisonInput } from "../eval/comparison-input.js";
export { findDuplicates } from "../eval/duplicates.js";
export { readPredictions, writePredictions } from "../eval/predictions.js";
export { writeReport } from "../eval/report.js";
export type { Comparison } from "../eval/report-schema.js";
export { writeContactSheet } from "../sim/contact-sheet.js";
export { mergeDataset, renderDataset } from "../sim/render.js";
export { replaySample } from "../sim/replay.js";
export { loadScene, type SceneSpec, sceneHash } from "../sim/scene.js";
export { type Experiment, loadExperiment } from "./config/experiment.js";
export { openFlatFolder, openImageFolder, withoutLabels } from "./shared/dataset.js";
export { datasets } from "./shared/datasets/index.js";
export { AntbeeError } from "./shared/errors.js";
export { decodeImage, networkInput } from "./shared/image.js";
export { stream } from "./shared/rng.js";
export { userCache } from "./shared/roots.js";
export type { Interval, LabeledItem, Predictions, Track, UnlabeledItem } from "./shared/types.js";
export { writeBatchGrid } from "./stages/batch-grid.js";
export { openClassifier } from "./stages/classifier.js";
export { compareRuns } from "./stages/compare.js";
export { checkDuplicates } from "./stages/duplicates.js";
export { evaluateFolder } from "./stages/evaluate.js";
export { predictImages } from "./stages/explain.js";
export { type RunOptions, type RunResult, runExperiment } from "./stages/run.js";

/** antbee as a library: everything the commands do, typed. */

export * from "../adapt/index.js";
export type { Ablation } from "../eval/ablation/schema.js";
export { compareArms } from "../eval/comparison/compare.js";
export type { ComparisonInput } from "../eval/comparison/input.js";
export type { Comparison } from "../eval/comparison/schema.js";
export { findDuplicates } from "../eval/images/duplicates.js";
export { readPredictions, writePredictions } from "../eval/predictions/csv.js";
export { writeReport } from "../eval/report/write.js";
export { accuracy } from "../eval/statistics/accuracy.js";
export { computeMetrics } from "../eval/statistics/metrics.js";
export { type Validator, validators } from "../eval/statistics/validators.js";
export {
  type DatasetStatistics,
  type ExportFormat,
  type Extensions,
  exportDataset,
  leaveOut,
  loadScene,
  mergeDataset,
  parseScene,
  type RenderOptions,
  type RenderResult,
  renderDataset,
  replaySample,
  type SceneSpec,
  type Subject,
  type Surrounding,
  sceneHash,
  subjects,
  surroundings,
  type Validation,
  writeContactSheet,
} from "../sim/index.js";
export { type CacheReport, describeCache, emptyCache } from "./datasets/activation-cache.js";
export { type SplitOptions, splitPhotos } from "./datasets/split/split.js";
export { datasetStatistics } from "./datasets/statistics.js";
export { validateDataset } from "./datasets/validate.js";
export { describeStatus, type UnitLine, type WorkStatus, workStatus } from "./engines/status.js";
export { type AblationOptions, type AblationResult, ablate } from "./experiment/ablation/ablate.js";
export {
  type AblationDryRun,
  ablationDryRun,
  describeAblationDryRun,
} from "./experiment/ablation/dry-run.js";
export { examine, type Finding } from "./experiment/doctor.js";
export { type Classifier, openClassifier } from "./experiment/evaluate/classifier.js";
export { type EvaluateOptions, type Evaluation, evaluateFolder } from "./experiment/evaluate/evaluate.js";
export { type Answer, predictImages } from "./experiment/evaluate/predict-images.js";
export { type DryRun, describeDryRun, dryRun } from "./experiment/plan/dry-run.js";
export { type Plan, type PlanOptions, planExperiment } from "./experiment/plan/plan.js";
export { type BatchOptions, writeBatchGrid } from "./experiment/report/batch-grid.js";
export { type CompareOptions, compareRuns } from "./experiment/report/compare.js";
export { checkDuplicates, writeDuplicates } from "./experiment/report/duplicates.js";
export { type RunOptions, type RunResult, runExperiment } from "./experiment/run.js";
export { runEach } from "./experiment/run-each.js";
export { runUnit, type UnitOptions, type UnitResult } from "./experiment/run-unit.js";
export type { SplitRecord } from "./experiment/source/split-record.js";
export type { ExperimentEvent, OnEvent } from "./experiment/spec/events.js";
export { type Arm, checkExperiment, type Experiment, loadExperiment } from "./experiment/spec/experiment.js";
export type { Methods } from "./experiment/spec/methods.js";
export type { ExperimentSpec } from "./experiment/spec/schema.js";
export type { Tally } from "./experiment/work.js";
export { type InitOptions, type InitResult, initExperiment } from "./init/init.js";
export { type ClassFolders, openFlatFolder, openImageFolder } from "./shared/dataset.js";
export { datasets } from "./shared/datasets/index.js";
export { AntbeeError } from "./shared/errors.js";
export { downloadDataset, downloadWeights, verifyDataset } from "./shared/fetch.js";
export { decodeImage, networkInput } from "./shared/image.js";
export type { ModuleExport } from "./shared/module-export.js";
export { type Stream, stream } from "./shared/rng.js";
export { userCache } from "./shared/roots.js";
export type {
  Interval,
  LabeledItem,
  PredictionRow,
  Predictions,
  Track,
  UnlabeledItem,
} from "./shared/types.js";

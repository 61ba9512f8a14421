/**
 * Evaluation from predictions alone: metrics and intervals, paired tests, calibration, distances between domains,
 * label-free validators, the ledger of the sealed test, and the report. What is not exported here is internal.
 */
export { predictedClass } from "../src/shared/predicted-class.js";
export type { Interval, PredictionRow, Predictions, Track } from "../src/shared/types.js";
// Ablations.
export {
  type AblationInput,
  type AblationRun,
  describeAblation,
  type VariantInput,
} from "./ablation/describe.js";
export { type Ablation, type AblationVariant, checkAblation } from "./ablation/schema.js";
// Comparison and report.
export { compareArms } from "./comparison/compare.js";
export { pictureKey } from "./comparison/gallery.js";
export type {
  ArmInput,
  Caveat,
  ComparisonInput,
  EpochRecord,
  FamilyInput,
  SeedRun,
} from "./comparison/input.js";
export {
  type Arm,
  type Comparison,
  checkComparison,
  type Family,
  type Pair,
  type Uplift,
} from "./comparison/schema.js";
// Images.
export {
  type Duplicates,
  type ExactDuplicates,
  findDuplicates,
  type NearDuplicate,
} from "./images/duplicates.js";
export { type ImageStatistics, imageStatistics } from "./images/image-statistics.js";
export { drawOverlay } from "./images/overlay.js";
// Predictions, and the labels that they are measured by.
export { checkPredictions, type ExpectedPredictions } from "./predictions/check.js";
export { formatPredictions, parsePredictions, readPredictions, writePredictions } from "./predictions/csv.js";
export {
  configHash,
  countOpenings,
  type LedgerEntry,
  openSealedLabels,
  readLedger,
  withLabels,
} from "./predictions/ledger.js";
export { type Outcome, outcomes, predictedShares } from "./predictions/outcomes.js";
export { renderAblationMarkdown } from "./report/ablation-markdown.js";
export { renderAblationHtml } from "./report/ablation-page.js";
export { renderMarkdown } from "./report/markdown.js";
export { renderHtml } from "./report/page.js";
export type { PictureFiles } from "./report/page-parts.js";
export { type ReportOptions, writeReport } from "./report/write.js";
export { type AblationReportOptions, writeAblation } from "./report/write-ablation.js";
// Metrics, intervals, paired tests.
export { accuracy } from "./statistics/accuracy.js";
// Calibration.
export {
  applyTemperature,
  type Confidence,
  calibrationFloor,
  confidences,
  expectedCalibrationError,
  fitTemperature,
  type ReliabilityBin,
  reliability,
  type Temperature,
} from "./statistics/calibration.js";
// One estimate over seeds and images.
export {
  type Crossed,
  type CrossedSample,
  crossed,
  crossedContrast,
  crossedInterval,
  crossedP,
} from "./statistics/crossed.js";
// Features of two domains.
export {
  type DomainDistances,
  domainDistances,
  kernelDistance,
  type MmdTest,
  mmdTest,
  proxyADistance,
  type SampleOptions,
} from "./statistics/distance.js";
export type { Features } from "./statistics/features.js";
export { fieller } from "./statistics/fieller.js";
export {
  type Bounds,
  newcombe,
  newcombePaired,
  type PairedCounts,
  wilson,
} from "./statistics/intervals.js";
export { type ClassMetrics, computeMetrics, type Metrics } from "./statistics/metrics.js";
export { type PrincipalComponents, principalComponents } from "./statistics/pca.js";
// Label-free validators.
export { type Checkpoint, type Regret, validatorRegret } from "./statistics/regret.js";
export { discordant, exactMcNemar, holm } from "./statistics/significance.js";
export {
  batchNuclearNorm,
  type Collapse,
  collapsedClasses,
  informationMaximisation,
  meanEntropy,
  softNeighbourhoodDensity,
  type Validator,
  type ValidatorScores,
  validatorScores,
  validators,
} from "./statistics/validators.js";

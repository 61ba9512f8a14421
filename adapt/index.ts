/**
 * Training and adaptation: images as networks see them, backbones, phases of training, domain-adaptation methods,
 * predictions and Grad-CAM.
 *
 * @packageDocumentation
 */
/** TensorFlow.js as antbee loads it, for losses and layers of one's own: two copies of it would not know one another's tensors. */
export * as tf from "@tensorflow/tfjs-core";
export type { BackboneCard, BackboneDefinition, PretrainedClasses, WeightsCard } from "./backbones/card.js";
export {
  type Checkpoint,
  type CheckpointOptions,
  loadCheckpoint,
  saveCheckpoint,
} from "./backbones/checkpoint.js";
export { backboneDefinition } from "./backbones/definition.js";
export { flopsOf } from "./backbones/flops.js";
export { type Backbone, type LoadOptions, loadBackbone } from "./backbones/load.js";
export { Unavailable } from "./backbones/locate.js";
export { freshWeights, type Model, withHead, zeroTraining } from "./backbones/model.js";
export { type BackboneName, backbones } from "./backbones/registry.js";
export { type BackendName, currentBackend, useBackend } from "./backend/backend.js";
export { installNative } from "./backend/install/install.js";
export { type CacheEntry, cacheLimit } from "./images/activation-cache.js";
export type { Precision } from "./images/activation-files.js";
export {
  type ActivationCache,
  type ActivationOptions,
  type Activations,
  activations,
} from "./images/activations.js";
export { type Augmentation, randomResizedCrop } from "./images/augmentation.js";
export {
  type ImageOptions,
  imagesAt,
  type LabeledImages,
  labeledImages,
  type Purpose,
  subset,
  type UnlabeledImages,
  unlabeledImages,
  type Viewer,
  withoutLabels,
} from "./images/images.js";
export { type DatasetOptions, openDataset } from "./images/open-dataset.js";
export { type RandAugmentOptions, randAugment } from "./images/rand-augment.js";
export { gradCam, type HeatMaps, mapStage } from "./inference/grad-cam.js";
export { heatMapOf, type Inspection, inspect } from "./inference/inspect.js";
export { pooledFeatures, predict } from "./inference/predict.js";
export * as layers from "./layers/index.js";
export {
  costOf,
  forward,
  type Network,
  parametersOf,
  type Span,
  type Stage,
  stage,
} from "./layers/network.js";
export type { Layout, ParameterSpec, ParameterSpecs, Params, Weight, Weights } from "./layers/parameters.js";
export * as losses from "./losses/index.js";
export { type AdaptOptions, adapt } from "./methods/adapt.js";
export * from "./methods/index.js";
export type { JointOptions } from "./methods/joint.js";
export {
  type AnyMethod,
  type AnyMethodFactory,
  defineMethod,
  type LabelledInput,
  type Method,
  type MethodFactory,
  type Needs,
  notApplicable,
  type SourceInput,
  type UnlabelledInput,
} from "./methods/method.js";
export { type MethodName, methods } from "./methods/registry.js";
export { jointObjective } from "./methods/replay.js";
export { averageWeights } from "./training/average.js";
export type { Criterion } from "./training/criteria.js";
export * as criteria from "./training/criteria.js";
export {
  type ExactHeadOptions,
  type FeatureScaling,
  fitHead,
  type WeightedImages,
} from "./training/exact-head.js";
export type { EpochRecord } from "./training/history.js";
export type { L2sp } from "./training/l2sp-penalty.js";
export {
  type LabeledOutputs,
  type Objective,
  type Outputs,
  type Step,
  supervised,
} from "./training/objective.js";
export {
  createOptimizer,
  type Optimizer,
  type OptimizerSpec,
  type OptimizerState,
} from "./training/optimizer.js";
export type { Learns, Phase, ScheduleSpec } from "./training/phase.js";
export type { Progress, Rates, Schedule, Shape } from "./training/schedule.js";
export * as schedules from "./training/schedule.js";
export { Diverged, type Trained, train } from "./training/train.js";
export type { TrainOptions } from "./training/train-options.js";
export { readSafetensors, writeSafetensors } from "./weights/safetensors.js";

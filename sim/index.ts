/**
 * antbee/sim: from a scene file and a seed to labelled pictures, and what can be done with a dataset of them.
 *
 * Own subjects and surroundings are objects (`Subject`, `Surrounding`), built with the shapes that are exported here.
 * Lengths are millimetres, angles degrees, colours linear RGB, pictures 8-bit sRGB with their rows from the top.
 * Functions that take a user's files or options throw an `AntbeeError`: exit code 2 for wrong input, 1 for failed work.
 */

export type { ModuleExport } from "../src/shared/module-export.js";
export { type ClassCard, cardOf } from "./dataset/class-card.js";
export type { CocoAnnotation, CocoCategory, CocoFile, CocoImage } from "./dataset/coco.js";
export { type SheetOptions, writeContactSheet } from "./dataset/contact-sheet.js";
export { type DatasetManifest, datasetManifest } from "./dataset/manifest.js";
export { type MergeOptions, type MergeResult, mergeDataset } from "./dataset/merge.js";
export { readRecords, type SampleRecord } from "./dataset/records.js";
export {
  checkedFormat,
  DEFAULT_BLOCK,
  RENDER_FORMATS,
  type RenderFormat,
  type RenderOptions,
  type RenderResult,
  renderDataset,
} from "./dataset/render-dataset.js";
export { type Replay, replaySample } from "./dataset/replay.js";
export { renderSample, type Sample } from "./dataset/sample.js";
export { parseShard, type Shard, shardOf } from "./dataset/shard.js";
export { readShardPlan, type ShardPlan } from "./dataset/shard-plan.js";
export { type DatasetStatus, datasetStatus, type ShardStatus } from "./dataset/shard-status.js";
export {
  type DatasetStatistics,
  datasetStatistics,
  type PictureMeasures,
  type PictureStatistic,
  type PictureSummary,
  type Spread,
  type StatisticsOptions,
} from "./dataset/statistics.js";
export { writeStatisticsPicture } from "./dataset/statistics-picture.js";
export {
  classCounts,
  type SubjectPlace,
  subjectPlaces,
} from "./dataset/subject-statistics.js";
export {
  type Fault,
  type FindDuplicates,
  type ValidateOptions,
  type Validation,
  validateDataset,
} from "./dataset/validate.js";
export { EXPORTERS, type ExportFormat, type ExportResult, exportDataset } from "./export/export.js";
export { hex, hsl, mixRgb, type Rgb, scaleRgb } from "./geometry/colour.js";
export type { HeightMap } from "./geometry/height-map.js";
export type { Material } from "./geometry/material.js";
export { type Look, MeshBuilder } from "./geometry/mesh.js";
export {
  arc,
  attitude,
  ball,
  ellipse,
  limbProfile,
  placed,
  type SpindleOptions,
  spindle,
  spindlePoint,
  tube,
} from "./geometry/shapes.js";
export type { InstanceLabel } from "./labels/instance-label.js";
export { describeContext } from "./renderer/context.js";
export type { Extensions } from "./renderer/extensions.js";
export type { Frames } from "./renderer/frames.js";
export type { CameraLabel, Pose } from "./renderer/pinhole.js";
export { type OnStep, Renderer, type RendererOptions, type Rendering } from "./renderer/renderer.js";
export type { Draw } from "./scene/distributions.js";
export type { Factor } from "./scene/factor.js";
export { FACTOR_GROUPS, type FactorGroup } from "./scene/factors.js";
export { LABEL_PASSES, type LabelPass, parsePasses, USUAL_PASSES } from "./scene/label-passes.js";
export { type DrawnPreset, drawnPresets, type LeaveOutOptions, leaveOut } from "./scene/leave-out.js";
export { resolveScene } from "./scene/resolve.js";
export type { ResolvedScene } from "./scene/resolved-scene.js";
export { classesOf, loadScene, parseScene, type SceneSpec, sceneHash } from "./scene/scene.js";
export type { Split } from "./scene/slots.js";
export { ANTENNA_KEYPOINTS, antennaBones, LEG_KEYPOINTS, legBones } from "./subjects/insect/keypoints.js";
export { drawAntenna, drawLeg, footTarget, legJoints } from "./subjects/insect/limbs.js";
export { INSECT_PARTS } from "./subjects/insect/parts.js";
export { footingOf, standingFrame } from "./subjects/insect/stance.js";
export { drawWing, type WingPlan } from "./subjects/insect/wings.js";
export { DEFAULT_CLASSES, subjects } from "./subjects/registry.js";
export type { Bone, Individual, Kind, Organism, Subject, SubjectShape } from "./subjects/subject.js";
export { surroundings } from "./surroundings/registry.js";
export type { Piece, Support, Surrounding } from "./surroundings/surrounding.js";

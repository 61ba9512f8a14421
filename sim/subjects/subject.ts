/** What a class of subjects is: an entry of the registry, or an object of a user's own. */
import type { Matrix4, Vector3 } from "three";
import type { ModuleExport } from "../../src/shared/module-export.js";
import type { HeightMap } from "../geometry/height-map.js";
import type { MeshBuilder } from "../geometry/mesh.js";

/** Proportions of a body; all but the length are in whatever unit the subject's builder takes. */
export interface SubjectShape {
  /** Of a subject of size 1, in millimetres, above 0. */
  bodyLength: number;
}

/** What all subjects of a picture share. */
export interface Kind<Shape extends SubjectShape = SubjectShape, Preset extends string = string> {
  /** The class's name. */
  label: string;
  preset: Preset;
  /** The preset whose share in the shape is `blend`. */
  secondPreset: Preset;
  /** In [0, 1]. */
  blend: number;
  /** Multiples of the preset's own, at least 0. */
  brightness: number;
  gloss: number;
  fur: number;
  /** Of both presets together, each proportion perturbed. */
  shape: Shape;
}

/** One subject in numbers. Angles in degrees, positions in millimetres on the support's plane. */
export interface Individual {
  pose: string;
  /** Body length as a multiple of the shape's. */
  size: number;
  /** Position in the stride, in [0, 1]. */
  stride: number;
  heading: number;
  headYaw: number;
  headPitch: number;
  tailPitch: number;
  tailYaw: number;
  /** Between folded back (0) and spread (1). */
  wingSpread: number;
  x: number;
  y: number;
  /** Seed of details too small to be factors of their own, such as each hair's direction. */
  detail: number;
}

/** A subject's meshes in its own frame: x ahead, y left, z away from the support. */
export interface Organism {
  /** Opaque body. */
  body: MeshBuilder;
  /** Translucent parts, if any; u runs along a wing, v across. */
  wings?: MeshBuilder;
  /** What it carries, if anything: no part of it, so that it hides what stands behind. */
  load?: MeshBuilder;
  /** Metallic sheen of the body, in [0, 1]; 0 where absent. */
  metal?: number;
  /** A point for each of the subject's `keypoints`, in the organism's frame. */
  keypoints: Record<string, Vector3>;
  /** From the organism's frame to the world's (millimetres). */
  toWorld: Matrix4;
}

/** Two keypoints that a skeleton joins. */
export type Bone = readonly [string, string];

/** Everything that antbee has to know of a class. Names are plain words: letters, digits, - and _. */
export interface Subject {
  /** Singular: a scene's factors `antPreset` and `antPose` are named after it. */
  name: string;
  /** Of its class, in labels, folders and exports: `ants`. */
  className: string;
  /** At least one; all shapes have the same keys, for any two may be blended. */
  presets: Readonly<Record<string, { shape: SubjectShape }>>;
  /** At least one. */
  poses: readonly string[];
  /** What a scene has that names neither. */
  neutral: { preset: string; pose: string };
  /** Body parts: the levels of a part mask, from 1. */
  parts: readonly string[];
  /** Named points in the order in which annotations list them. */
  keypoints: readonly string[];
  skeleton: readonly Bone[];
  /** The keypoints at both ends of the body, between which a scene's `camera.aim` looks. */
  axis: { front: string; back: string };
  /**
   * Builds one subject. It must depend on its arguments alone: draws come from streams of `one.detail`.
   * @param height of the support, in millimetres
   * @param levelOfDetail share of the full number of facets, in (0, 1], as in `MeshBuilder`
   */
  build(kind: Kind, one: Individual, height: HeightMap, levelOfDetail: number): Organism;
  /** Of a user's own: the module that exports it, by which worker processes find it. */
  module?: ModuleExport;
}

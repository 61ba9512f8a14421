/** Scene files: which classes they show, and a value or a distribution for every factor. */
import { z } from "zod";
import { canonicalJson, sha256 } from "../../src/shared/files.js";
import { check, ownName } from "../../src/shared/schema.js";
import { allSubjects, DEFAULT_CLASSES, subjectOf } from "../subjects/registry.js";
import type { Subject } from "../subjects/subject.js";
import { factorGroups, SUPPORTS, type SubjectChoices, type Vocabulary } from "./factors.js";
import { labelPasses } from "./label-passes.js";
import { readSceneFile } from "./scene-file.js";

/** Part of the scene's hash: to be raised with every change that moves a pixel of an unchanged scene. */
export const RENDERER_VERSION = 2;

/** What a user adds to the subjects and surroundings that a scene may name. */
export interface SceneExtensions {
  subjects?: readonly Subject[];
  surroundings?: readonly { name: string }[];
}

/** Width and height in pixels. */
const image = z.strictObject({
  width: z.int().min(16).max(4096).default(256),
  height: z.int().min(16).max(4096).default(256),
  format: z.enum(["jpg", "png"]).default("jpg"),
});

function sceneSchema(vocabulary: Vocabulary) {
  const groups = factorGroups(vocabulary);
  return z.strictObject({
    name: ownName,
    image: image.prefault({}),
    /** Labels to be made. They change no image, so that the scene's hash does not count them. */
    passes: labelPasses.optional(),
    classes: z.unknown().optional(),
    subject: group(groups.subject),
    surroundings: group(groups.surroundings),
    light: group(groups.light),
    camera: group(groups.camera),
    sensor: group(groups.sensor),
    occluders: group(groups.occluders),
  });
}

/** A group that is left out, or switched `off`, has every factor at its neutral value. */
const group = <G extends z.ZodType>(factors: G) =>
  z.preprocess((value) => (value === "off" ? {} : value), factors).prefault({});

type Checked = z.output<ReturnType<typeof sceneSchema>>;

/** A checked scene: classes, picture, labels, and every factor with its draw. */
export type SceneSpec = Omit<Checked, "classes" | "subject"> & {
  /** In sorted order; absent where they are antbee's two, so that a scene that names these is the same scene. */
  classes?: string[];
  subject: Checked["subject"] & SubjectChoices;
};

/** The classes of a scene, checked or in numbers, in sorted order. */
export const classesOf = ({ classes }: { classes?: readonly string[] }): readonly string[] =>
  classes ?? DEFAULT_CLASSES;

/** Reads and checks a scene file. An unknown key or an empty range is bad input, named by its key path. */
export async function loadScene(path: string, extensions?: SceneExtensions): Promise<SceneSpec> {
  return parseScene(await readSceneFile(path), path, extensions);
}

/**
 * Checks a scene that is not in a file, such as one that a program put together.
 * @param where how messages call it
 * @param extensions further subjects and surroundings that it may name
 */
export function parseScene(
  value: unknown,
  where = "scene",
  { subjects = [], surroundings = [] }: SceneExtensions = {},
): SceneSpec {
  const classes = namedClasses(value, where, subjects);
  const vocabulary = {
    subjects: classes.map((name) => subjectOf(name, subjects)),
    supports: [...SUPPORTS, ...surroundings.map(({ name }) => name)],
  };
  const { classes: _, ...spec } = check(sceneSchema(vocabulary), value, where);
  return { ...spec, ...(String(classes) !== String(DEFAULT_CLASSES) && { classes }) } as SceneSpec;
}

/** They come first: which other keys a scene may have depends on them. */
function namedClasses(value: unknown, where: string, further: readonly Subject[]): string[] {
  const known = allSubjects(further).map(({ className }) => className);
  const schema = z
    .array(z.enum(known))
    .min(1)
    .refine((all) => new Set(all).size === all.length, { error: "classes that differ" })
    .default([...DEFAULT_CLASSES]);
  const { classes } = check(z.looseObject({ classes: schema }), value, where);
  return [...classes].sort();
}

/** sha256 of the scene with its defaults and of the renderer's version: equal hashes render equal pixels on a host. */
export function sceneHash({ passes: _, ...spec }: SceneSpec): string {
  return sha256(canonicalJson({ renderer: RENDERER_VERSION, spec }));
}

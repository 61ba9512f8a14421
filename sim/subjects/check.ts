/** A user's own subject is checked before any work starts, as a scene file is. */
import { z } from "zod";
import { check } from "../../src/shared/schema.js";
import type { Subject } from "./subject.js";

/** Keys by which a scene file tells a draw from one draw a class. */
const RESERVED = ["uniform", "loguniform", "normal", "choice", "poisson", "min", "max", "weights"];

/** Names become folders, columns and XML elements, so that nothing has to be escaped. */
const word = z.string().regex(/^[A-Za-z][\w-]*$/, { error: "a plain word" });
const names = z.array(word).refine((all) => new Set(all).size === all.length, { error: "names that differ" });

const subject = z.looseObject({
  name: word,
  className: word.refine((name) => !RESERVED.includes(name), { error: "a name that no draw has" }),
  presets: z
    .record(word, z.looseObject({ shape: z.looseObject({ bodyLength: z.number().positive() }) }))
    .refine((presets) => new Set(Object.values(presets).map(shapeKeys)).size === 1, {
      error: "presets whose shapes have the same keys",
    }),
  poses: names.min(1),
  neutral: z.looseObject({ preset: z.string(), pose: z.string() }),
  parts: names,
  keypoints: names,
  skeleton: z.array(z.tuple([z.string(), z.string()])),
  axis: z.looseObject({ front: z.string(), back: z.string() }),
  build: z.custom<Subject["build"]>((value) => typeof value === "function", { error: "a function" }),
});

const shapeKeys = ({ shape }: { shape: object }): string => Object.keys(shape).sort().join();

const consistent = subject.superRefine(({ presets, poses, neutral, keypoints, skeleton, axis }, context) => {
  const expectOneOf = (known: readonly string[], name: string, ...path: PropertyKey[]) => {
    if (!known.includes(name))
      context.addIssue({ code: "custom", path, message: `one of ${known.join(", ")}` });
  };
  expectOneOf(Object.keys(presets), neutral.preset, "neutral", "preset");
  expectOneOf(poses, neutral.pose, "neutral", "pose");
  expectOneOf(keypoints, axis.front, "axis", "front");
  expectOneOf(keypoints, axis.back, "axis", "back");
  skeleton.forEach((bone, i) => {
    for (const [end, name] of bone.entries()) expectOneOf(keypoints, name, "skeleton", i, end);
  });
});

/** @throws bad input that names the place, as in `subject wasp: axis.front` */
export function checkSubject(value: unknown): Subject {
  const name = (value as Partial<Subject> | undefined)?.name;
  check(consistent, value, `subject ${typeof name === "string" ? name : "without a name"}`);
  return value as Subject;
}

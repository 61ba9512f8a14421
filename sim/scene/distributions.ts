/** What a scene file may write where a value is expected: the value itself, or a distribution to draw it from. */
import { z } from "zod";
import type { Stream } from "../../src/shared/rng.js";

/** A value, or one of the distributions that it can be drawn from. */
export type Draw<T> = T | NumberDraw | Choice<T>;

type NumberDraw =
  | { uniform: [number, number] }
  | { loguniform: [number, number] }
  | { normal: [number, number]; min?: number; max?: number }
  | { poisson: number; min?: number; max?: number };

/** `weights` need not sum to 1; those of the list that are also in `without` are never drawn. */
interface Choice<T> {
  choice: T[];
  weights?: number[];
  without?: T[];
}

/** Limits that every possible value of a numeric factor must keep, both included. */
export interface Bounds {
  min: number;
  max: number;
}

type Constant = z.ZodType<number | string | boolean>;

/** Schema of a real-valued factor. */
export function numberDraw(min: number, max: number): z.ZodType<Draw<number>> {
  return drawSchema(boundedNumber({ min, max }), continuousKinds({ min, max }));
}

/** Schema of a whole-numbered factor, such as a count. */
export function integerDraw(min: number, max: number): z.ZodType<Draw<number>> {
  const whole = z.int().min(min).max(max);
  const mean = boundedNumber({ min: 0, max });
  return drawSchema(whole, {
    poisson: z
      .strictObject({ poisson: mean, min: whole.default(min), max: whole.default(max) })
      .refine((draw) => draw.min <= draw.max, { error: "min at most max" }),
  });
}

/** Schema of a factor that takes one of `names`. */
export function nameDraw<const T extends string>(names: readonly T[]): z.ZodType<Draw<T>> {
  return drawSchema(z.enum(names), {});
}

export function booleanDraw(): z.ZodType<Draw<boolean>> {
  return drawSchema(z.boolean(), {});
}

/** Draws a value. A constant uses up nothing of the stream. */
export function drawValue<T>(draw: Draw<T>, from: Stream): T {
  if (typeof draw !== "object" || draw === null) return draw;
  if ("choice" in draw) return drawChoice(draw, from);
  return drawNumber(draw as NumberDraw, from) as T;
}

/** The names that a draw may give. */
export function drawnNames(draw: Draw<string>): string[] {
  if (typeof draw === "string") return [draw];
  const { choice, weights, without = [] } = draw as Choice<string>;
  return choice.filter((name, i) => (weights?.[i] ?? 1) > 0 && !without.includes(name));
}

/** A choice that never gives the name. */
export function withoutName(draw: Draw<string>, name: string): Draw<string> {
  const { without = [], ...choice } = draw as Choice<string>;
  return { ...choice, without: [...without, name] };
}

/** Draws again until it is none that is left out: what is drawn otherwise stays as it would be with all of them. */
function drawChoice<T>({ choice, weights, without }: Choice<T>, from: Stream): T {
  let value = from.pick(choice, weights);
  while (without?.includes(value)) value = from.pick(choice, weights);
  return value;
}

function drawNumber(draw: NumberDraw, from: Stream): number {
  if ("uniform" in draw) return from.uniform(...draw.uniform);
  if ("loguniform" in draw) return logUniform(draw.loguniform, from);
  if ("poisson" in draw) return clip(poisson(draw.poisson, from), draw.min, draw.max);
  return clip(from.normal(...draw.normal), draw.min, draw.max);
}

function logUniform([low, high]: [number, number], from: Stream): number {
  return Math.exp(from.uniform(Math.log(low), Math.log(high)));
}

/** Knuth's multiplication method; means in scenes are small. */
function poisson(mean: number, from: Stream): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = from.next(); product > limit; product *= from.next()) count++;
  return count;
}

function clip(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): number {
  return Math.min(max, Math.max(min, value));
}

/** A constant, `{choice}`, or one of `kinds`; the key that is present says which, so that messages name one schema. */
function drawSchema<T>(constant: Constant, kinds: Record<string, z.ZodType>): z.ZodType<Draw<T>> {
  const all: Record<string, z.ZodType> = { ...kinds, choice: choiceOf(constant) };
  return z.unknown().transform((value, context) => {
    const parsed = schemaFor(value, constant, all).safeParse(value);
    if (parsed.success) return parsed.data as Draw<T>;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  }) as unknown as z.ZodType<Draw<T>>;
}

function schemaFor(value: unknown, constant: Constant, kinds: Record<string, z.ZodType>): z.ZodType {
  if (typeof value !== "object" || value === null) return constant;
  const kind = Object.keys(kinds).find((key) => key in value);
  if (kind) return kinds[kind]!;
  return z.custom(() => false, { error: `a value or a draw (${Object.keys(kinds).join(", ")})` });
}

function continuousKinds(bounds: Bounds): Record<string, z.ZodType> {
  const value = boundedNumber(bounds);
  const positive = value.positive();
  return {
    uniform: z.strictObject({ uniform: ascending(value) }),
    loguniform: z.strictObject({ loguniform: ascending(positive) }),
    normal: z
      .strictObject({
        normal: z.tuple([value, z.number().nonnegative()]),
        min: value.default(bounds.min),
        max: value.default(bounds.max),
      })
      .refine((draw) => draw.min < draw.max, { error: "min below max" }),
  };
}

function choiceOf(constant: Constant): z.ZodType {
  return z
    .strictObject({
      choice: z.array(constant).min(1),
      weights: z.array(z.number().nonnegative()).optional(),
      without: z.array(constant).optional(),
    })
    .refine(({ choice, weights }) => !weights || weights.length === choice.length, {
      path: ["weights"],
      error: "one weight for each choice",
    })
    .refine(({ weights }) => !weights || weights.reduce((sum, w) => sum + w, 0) > 0, {
      path: ["weights"],
      error: "weights with a sum above 0",
    })
    .refine(leavesSome, { path: ["without"], error: "some of the choices, not all that can be drawn" });
}

const leavesSome = ({ choice, weights, without = [] }: Choice<unknown>): boolean =>
  choice.some((value, i) => (weights?.[i] ?? 1) > 0 && !without.includes(value));

function ascending(value: z.ZodType<number>) {
  return z.tuple([value, value]).refine(([low, high]) => low < high, { error: "low below high" });
}

const boundedNumber = ({ min, max }: Bounds) => z.number().min(min).max(max);

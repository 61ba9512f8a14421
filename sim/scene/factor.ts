/** A factor of a scene: one draw for all of its classes, or one for each. */
import { z } from "zod";
import type { Draw } from "./distributions.js";

/** One draw for all classes, or one for each by the classes' names. */
export type Factor<T> = Draw<T> | Readonly<Record<string, Draw<T>>>;

export type FactorSchema<T> = z.ZodType<Factor<T>>;

/** Schemas of factors for certain classes. */
export interface FactorSchemas {
  /** A factor that is `neutral` where a scene leaves it out. */
  factor<T>(draw: z.ZodType<Draw<T>>, neutral: Factor<T>): z.ZodDefault<FactorSchema<T>>;
  /** A factor without a neutral value. */
  bare<T>(draw: z.ZodType<Draw<T>>): FactorSchema<T>;
}

export function factorSchemas(classes: readonly string[]): FactorSchemas {
  const bare = <T>(draw: z.ZodType<Draw<T>>) => forAllOrEach(draw, classes);
  return { bare, factor: (draw, neutral) => bare(draw).default(neutral as never) };
}

/** A mapping that names a class is one draw for each, so that messages speak of one schema. */
function forAllOrEach<T>(draw: z.ZodType<Draw<T>>, classes: readonly string[]): FactorSchema<T> {
  const each = z.strictObject(Object.fromEntries(classes.map((name) => [name, draw])));
  return z.unknown().transform((value, context) => {
    const parsed = (namesClass(value, classes) ? each : draw).safeParse(value);
    if (parsed.success) return parsed.data as Factor<T>;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  }) as unknown as FactorSchema<T>;
}

const namesClass = (value: unknown, classes: readonly string[]): boolean =>
  typeof value === "object" && value !== null && classes.some((name) => name in value);

/** The draw that a factor has for a class. */
export function drawFor<T>(factor: Factor<T>, className: string): Draw<T> {
  return typeof factor === "object" && factor !== null && className in factor
    ? (factor as Record<string, Draw<T>>)[className]!
    : (factor as Draw<T>);
}

/** What an ablation sets beside one another: the whole scene, scenes with a factor left out, other numbers of renders. */

import { FACTOR_GROUPS } from "../../../sim/scene/factors.js";
import { drawnPresets, leaveOut } from "../../../sim/scene/leave-out.js";
import type { SceneExtensions, SceneSpec } from "../../../sim/scene/scene.js";
import { invalid, note } from "../../shared/errors.js";
import type { SceneChange } from "../source/source.js";

/** One trained source of an ablation. */
export interface Variant {
  /** In paths: `full-1000`, `without-light-1000`. */
  name: string;
  /** What differs from the whole scene with the experiment's number of renders, which is `full`. */
  kind: "full" | "factor" | "preset" | "count";
  /** What is left out; null where nothing is. */
  factor: string | null;
  /** Training renders. */
  count: number;
  /** How the scene is changed; undefined for the whole. */
  change?: SceneChange;
}

/** The presets of every class, each in turn. */
const ALL_PRESETS = "presets";

/** What is left out where nothing is named. */
export const DEFAULT_FACTORS: readonly string[] = FACTOR_GROUPS;

/**
 * The whole scene first, then what each factor asks for: a group or one factor of it (`light`, `light.sun`), a preset
 * (`lasius`), all `presets`, or numbers of renders (`count=500`, `count=125..4000`, which doubles).
 * @throws bad input for what is no factor of the scene, is named twice, or changes nothing
 */
export function variantsOf(
  scene: SceneSpec,
  { factors, count, where }: { factors: readonly string[]; count: number; where: string },
  extensions?: SceneExtensions,
): Variant[] {
  const variants: Variant[] = [{ name: `full-${count}`, kind: "full", factor: null, count }];
  for (const factor of expanded(factors, scene, extensions)) {
    const found = countsOf(factor, where)?.map(countVariant) ?? [
      leftOut(scene, factor, { count, where, extensions }),
    ];
    for (const one of found)
      if (one.name !== variants[0]!.name) variants.push(refuseDoubled(one, variants, where));
  }
  if (variants.length === 1)
    throw invalid(where, "something to leave out, or another number of renders", factors);
  return variants.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/** In the order of a report. */
const KINDS: readonly Variant["kind"][] = ["full", "factor", "preset", "count"];

/** Presets by the shortest of their names, so that none is there twice. */
function expanded(factors: readonly string[], scene: SceneSpec, extensions?: SceneExtensions): string[] {
  const presets = drawnPresets(scene, extensions);
  const named = (factor: string) =>
    presets.find(({ subject, preset }) => `${subject}.${preset}` === factor)?.name ?? factor;
  const leavable = presets.flatMap(({ name, beside }) => (beside ? [name] : []));
  return factors.flatMap((factor) => (factor === ALL_PRESETS ? leavable : [named(factor)]));
}

function leftOut(
  scene: SceneSpec,
  factor: string,
  { count, where, extensions }: { count: number; where: string; extensions?: SceneExtensions },
): Variant {
  leaveOut(scene, factor, { where, extensions });
  const isFactor = (FACTOR_GROUPS as readonly string[]).includes(factor.split(".")[0]!);
  const suffix = `-without-${factor}`;
  const of = (whole: SceneSpec) => leaveOut(whole, factor, { where, extensions });
  return {
    name: `without-${factor}-${count}`,
    kind: isFactor ? "factor" : "preset",
    factor,
    count,
    change: { suffix, of },
  };
}

const countVariant = (count: number): Variant => ({
  name: `full-${count}`,
  kind: "count",
  factor: null,
  count,
});

const MOST_RENDERS = 10_000_000;

/** Numbers of renders, doubled from the first to the last; undefined where the factor is no number. */
function countsOf(factor: string, where: string): number[] | undefined {
  if (!factor.startsWith("count")) return undefined;
  const [, first, last = first] = /^count=(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(factor) ?? [];
  const [low, high] = [Number(first), Number(last)];
  if (!(low >= 1 && low <= high && high <= MOST_RENDERS))
    throw invalid(where, "count=N or count=N..M, N at least 1 and at most M", factor);
  const counts: number[] = [];
  for (let n = low; n < high; n *= 2) counts.push(n);
  return [...counts, high];
}

function refuseDoubled(one: Variant, variants: readonly Variant[], where: string): Variant {
  if (variants.some(({ name }) => name === one.name))
    throw invalid(where, "each factor once", note(one.factor ?? `count=${one.count} twice`));
  return one;
}

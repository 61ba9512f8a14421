/** Pictures of every scene beside the whole one: what is switched off is to be seen. */
import { basename, extname, join } from "node:path";
import { drawPairSheet, type PairRow, pictureDifference } from "../../../eval/report/pair-sheet.js";
import { imageRoot } from "../../shared/dataset.js";
import { filesBelow } from "../../shared/folders.js";
import { groupBy } from "../../shared/group.js";
import type { AblationPlan } from "./plan.js";
import type { Variant } from "./variants.js";

/** Pairs in a row, and the first renders among which they are looked for. */
const PAIRS = 4;
const AMONG = 48;

/** A sheet with a row for each changed scene, from the renders of the first seed; undefined where none is changed. */
export async function drawScenes(plan: AblationPlan): Promise<Uint8Array | undefined> {
  const [whole, ...others] = plan.variants;
  const rows: PairRow[] = [];
  for (const variant of others) if (variant.change) rows.push(await rowOf(variant, whole!, plan));
  return rows.length > 0 ? drawPairSheet(rows) : undefined;
}

async function rowOf(variant: Variant, whole: Variant, plan: AblationPlan): Promise<PairRow> {
  const seed = plan.seeds[0]!;
  const [before, after] = await Promise.all(
    [whole, variant].map((one) => firstImages(plan.sourceOf(one, seed).folder)),
  );
  const pairs: Pair[] = [];
  for (const [id, path] of before!) {
    const other = after!.get(id);
    if (other) pairs.push(await comparedPair(id, path, other));
  }
  return { title: `without ${variant.factor}`, pairs: chosenPairs(pairs).map((one) => one.paths) };
}

interface Pair {
  label: string;
  paths: readonly [string, string];
  difference: number;
}

/** Those that differ most, of every class as far as it has any that differ. */
function chosenPairs(pairs: readonly Pair[]): Pair[] {
  const differing = pairs.filter(({ difference }) => difference > 0);
  differing.sort((a, b) => b.difference - a.difference);
  const classes = groupBy(differing, ({ label }) => label);
  const first = classes.flatMap((ofClass) => ofClass.slice(0, Math.floor(PAIRS / classes.length)));
  const rest = differing.filter((one) => !first.includes(one));
  return [...first, ...rest].slice(0, PAIRS);
}

async function comparedPair(id: string, before: string, after: string): Promise<Pair> {
  const paths = [before, after] as const;
  return { label: id.split("/").at(-2)!, paths, difference: await pictureDifference(before, after) };
}

/** Paths by `split/class/name`, which the same index has in every scene of the seed. */
async function firstImages(folder: string): Promise<Map<string, string>> {
  const root = imageRoot(folder);
  const files = (await filesBelow(root)).map(({ parentPath, name }) => join(parentPath, name));
  const ordered = files.sort((a, b) => (basename(a) < basename(b) ? -1 : 1)).slice(0, AMONG);
  return new Map(
    ordered.map((path) => [path.slice(root.length + 1, -extname(path).length).replaceAll("\\", "/"), path]),
  );
}

/** What a run keeps of the images that it was asked about, so that a report needs no model and no second look. */
import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { z } from "zod";
import { type ImageStatistics, imageStatistics } from "../../../eval/images/image-statistics.js";
import { sortedRows } from "../../../eval/predictions/outcomes.js";
import { writeJson } from "../../shared/files.js";
import { decodeImage, evaluationView, type Preprocessing } from "../../shared/image.js";
import { readCheckedJson, relativePath } from "../../shared/schema.js";
import type { UnlabeledItem } from "../../shared/types.js";

const triple = z.tuple([z.number(), z.number(), z.number()]);

const place = z.string().refine((path) => !path.includes("\0"), { error: "a path" });
const side = z.int().min(1).max(4096);

/** `domains/<dataset>.json` of a run. */
const domainSchema = z.looseObject({
  /** Folder that the ids are relative to. */
  root: place,
  /** How the network saw the images; heat maps lie over that view. */
  preprocessing: z
    .looseObject({ size: side, resize: side, mean: triple, std: triple })
    .refine(({ size, resize }) => size <= resize, { error: "a size within what is resized" }),
  /** Sorted by id. */
  images: z.array(
    z.looseObject({
      id: relativePath,
      /** Where it stands, if not at its id below the root: in an archive. */
      path: place.optional(),
      brightness: z.number(),
      contrast: z.number(),
      colourfulness: z.number(),
      warmth: z.number(),
      sharpness: z.number(),
    }),
  ),
});
export interface DomainRecord {
  root: string;
  preprocessing: Preprocessing;
  images: ({ id: string; path?: string } & ImageStatistics)[];
}

const domainFile = (folder: string, dataset: string): string => join(folder, "domains", `${dataset}.json`);

/** Measures a domain's images, once for all the runs of a process. */
export async function writeDomain(
  folder: string,
  dataset: string,
  items: readonly UnlabeledItem[],
  preprocessing: Preprocessing,
): Promise<void> {
  const known = measured.get(items) ?? measure(items, preprocessing);
  measured.set(items, known);
  const images = await known;
  const root = rootOf(items[0]!);
  await writeJson(domainFile(folder, dataset), { root, preprocessing, images } satisfies DomainRecord);
}

const standsAtItsId = ({ id, path }: Pick<UnlabeledItem, "id" | "path">): boolean =>
  resolve(path).split(sep).join("/").endsWith(`/${id}`);

/** The folder that ids are relative to; of archives, the one that they stand in. */
function rootOf({ id, path }: UnlabeledItem): string {
  const place = resolve(path);
  return standsAtItsId({ id, path }) ? place.slice(0, -id.length - 1) : dirname(dirname(place));
}

/** A run's record of a domain; undefined for a run that kept none. */
export async function readDomain(folder: string, dataset: string): Promise<DomainRecord | undefined> {
  const path = domainFile(folder, dataset);
  if (!existsSync(path)) return undefined;
  const record = await readCheckedJson(domainSchema, path);
  return { ...record, root: presentRoot(folder, record.root) };
}

/** Runs and their renders may have been moved together since: then the renders stand beside the runs again. */
function presentRoot(folder: string, root: string): string {
  if (existsSync(root)) return root;
  const [, below] = root.split(`${sep}renders${sep}`);
  return below === undefined ? root : join(folder, "../../..", "renders", below);
}

const measured = new WeakMap<readonly UnlabeledItem[], Promise<DomainRecord["images"]>>();

async function measure(
  items: readonly UnlabeledItem[],
  preprocessing: Preprocessing,
): Promise<DomainRecord["images"]> {
  const images: DomainRecord["images"] = [];
  const { size } = preprocessing;
  for (const { id, path } of sortedRows(items)) {
    const data = await evaluationView(await decodeImage(path), preprocessing);
    const place = standsAtItsId({ id, path }) ? {} : { path: resolve(path) };
    images.push({ id, ...place, ...imageStatistics({ data, width: size, height: size }) });
  }
  return images;
}

/** Writes a rendered dataset in another format, into a folder of its own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { invalid, note, unknownName } from "../../src/shared/errors.js";
import { canonicalJson, readJson, writeJson } from "../../src/shared/files.js";
import { claimFolder } from "../../src/shared/folders.js";
import type { OnProgress } from "../../src/shared/types.js";
import { openRendered, type RenderedDataset } from "../dataset/source.js";
import { exportCoco } from "./coco-folder.js";
import { exportImageFolder } from "./imagefolder.js";
import { exportVoc } from "./voc.js";
import { exportWebDataset } from "./webdataset.js";
import { exportYolo } from "./yolo.js";

/** The formats by name. */
export const EXPORTERS = {
  coco: exportCoco,
  yolo: exportYolo,
  voc: exportVoc,
  webdataset: exportWebDataset,
  imagefolder: exportImageFolder,
} satisfies Record<string, (source: RenderedDataset, out: string) => Promise<void>>;
/** `coco`, `yolo`, `voc`, `webdataset` or `imagefolder`. */
export type ExportFormat = keyof typeof EXPORTERS;

/** What was written, and where. */
export interface ExportResult {
  out: string;
  format: ExportFormat;
  images: number;
  instances: number;
}

/** @throws bad input for an unknown format, a folder that is no dataset, or one that holds another's work */
export async function exportDataset(
  dir: string,
  format: string,
  out: string,
  onProgress?: OnProgress,
): Promise<ExportResult> {
  if (!isFormat(format)) throw unknownName("--format", Object.keys(EXPORTERS), format);
  const source = await openRendered(dir, onProgress);
  await claim(out, format, source);
  await EXPORTERS[format](source, out);
  const instances = source.records.reduce((sum, record) => sum + record.instances.length, 0);
  return { out, format, images: source.records.length, instances };
}

const isFormat = (name: string): name is ExportFormat => Object.hasOwn(EXPORTERS, name);

const MARK = "export.json";

/** An export that was cut off is simply written again. */
async function claim(out: string, format: ExportFormat, { manifest }: RenderedDataset): Promise<void> {
  const { scene, sceneSha256, seed } = manifest;
  const mark = { format, scene, sceneSha256, seed };
  const path = join(out, MARK);
  const isOurs = async () => {
    if (!existsSync(path)) return false;
    if (canonicalJson(await readJson(path)) === canonicalJson(mark)) return true;
    throw invalid(out, `a folder for ${format} of scene ${scene}, seed ${seed}`, note("another export"));
  };
  await claimFolder(out, { expected: "an empty folder, or this export cut off", isOurs });
  await writeJson(path, mark);
}

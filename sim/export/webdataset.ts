/**
 * WebDataset (github.com/webdataset/webdataset): tar shards in which the files of a sample share a name: `.jpg`, `.cls`
 * (the class's number from 0), `.mask.png` and `.json` (all labels).
 */
import { join } from "node:path";
import { readBytes, writeAtomic } from "../../src/shared/files.js";
import type { SampleRecord } from "../dataset/records.js";
import { imageBytes, nameOf, type RenderedDataset } from "../dataset/source.js";
import { type TarEntry, tarArchive } from "../dataset/tar.js";
import { SPLITS } from "../scene/slots.js";

const SAMPLES_A_SHARD = 1000;

export async function exportWebDataset(source: RenderedDataset, out: string): Promise<void> {
  let done = 0;
  for (const split of SPLITS) {
    const own = source.records.filter((record) => record.split === split);
    for (let first = 0; first < own.length; first += SAMPLES_A_SHARD) {
      const shard = own.slice(first, first + SAMPLES_A_SHARD);
      const entries: TarEntry[] = [];
      for (const record of shard) entries.push(...(await sampleEntries(source, record)));
      const number = String(first / SAMPLES_A_SHARD).padStart(6, "0");
      await writeAtomic(join(out, `${split}-${number}.tar`), await tarArchive(entries));
      done += shard.length;
      source.onProgress?.(done, source.records.length);
    }
  }
}

async function sampleEntries(source: RenderedDataset, record: SampleRecord): Promise<TarEntry[]> {
  const { name, ending } = nameOf(record);
  const { index, label, width, height, camera, instances } = record;
  const json = JSON.stringify({ index, label, width, height, camera, instances });
  return [
    { name: name + ending, content: await imageBytes(source, record) },
    { name: `${name}.cls`, content: Buffer.from(String(source.manifest.classes.indexOf(label))) },
    { name: `${name}.mask.png`, content: await readBytes(join(source.dir, record.mask)) },
    { name: `${name}.json`, content: Buffer.from(json) },
  ];
}

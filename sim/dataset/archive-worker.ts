/** A child process's work where renders go into archives: hands the finished samples back, for one writer to append. */
import { sha256 } from "../../src/shared/files.js";
import { answerParent } from "../../src/shared/pool.js";
import { FILE_PASSES, isFilePass } from "../scene/label-passes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { classesOf } from "../scene/scene.js";
import type { Split } from "../scene/slots.js";
import { sampleKey } from "./archive-samples.js";
import { type Chunk, renderChunk } from "./chunk-renderer.js";
import type { Sample } from "./sample.js";
import { type TarEntry, tarEntries } from "./tar.js";

/** A sample as bytes of an archive. */
export interface PackedSample {
  index: number;
  split: Split;
  bytes: Uint8Array;
}

/** The labels come last: they are the proof that the files before them are whole. */
async function pack(sample: Sample, resolved: ResolvedScene, { passes }: Chunk): Promise<PackedSample> {
  const { image, mask, labels, camera, instances, scene } = sample;
  const { index, label, split } = resolved;
  const { width, height, format } = scene.image;
  const files: [string, Uint8Array][] = [
    [format, image],
    ["mask.png", mask],
    ...passes
      .filter(isFilePass)
      .map((pass): [string, Uint8Array] => [`${pass}.${FILE_PASSES[pass]}`, labels[pass]!]),
  ];
  const hashes = Object.fromEntries(files.map(([extension, bytes]) => [extension, sha256(bytes)]));
  const place = { index, label, split, width, height, sha256: hashes };
  const record = { ...place, camera, instances, resolved: scene };
  const named = (extension: string, content: Uint8Array): TarEntry => ({
    name: `${sampleKey(index)}.${extension}`,
    content,
  });
  const entries = [
    ...files.map(([extension, bytes]) => named(extension, bytes)),
    named("cls", Buffer.from(String(classesOf(scene).indexOf(label)))),
    named("json", Buffer.from(JSON.stringify(record))),
  ];
  return { index, split, bytes: await tarEntries(entries) };
}

answerParent(async (chunk: Chunk): Promise<PackedSample[]> => {
  const packed: PackedSample[] = [];
  await renderChunk(chunk, async (sample, resolved) => {
    packed.push(await pack(sample, resolved, chunk));
  });
  return packed;
});

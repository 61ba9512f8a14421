/** Renders straight into the archives of a WebDataset: processes draw, one writer appends in the order of indices. */
import { chunk as inChunks } from "../../src/shared/group.js";
import type { OnProgress } from "../../src/shared/types.js";
import { openBlock, standingSamples } from "./archive-block.js";
import type { PackedSample } from "./archive-worker.js";
import { blockIndices, ownBlocks, type Shard } from "./shard.js";

/** Which indices are wanted, and how many stand in one pair of archives. */
export interface ArchiveJob {
  out: string;
  shard: Shard;
  start: number;
  count: number;
  /** Indices in a block: five sixths of them go into its archive of the train split. */
  block: number;
}

/** Draws a chunk, on one of the processes. */
export type DrawChunk = (indices: number[]) => Promise<PackedSample[]>;

/** Of the shard's images, those that stand in finished archives already, and the others by block. */
export async function missingBlocks(
  job: ArchiveJob,
): Promise<{ skipped: number; blocks: [number, number[]][] }> {
  const blocks: [number, number[]][] = [];
  let skipped = 0;
  for (const block of ownBlocks(job.shard, job.start, job.count, job.block)) {
    const wanted = blockIndices(block, job.start, job.count, job.block);
    const standing = await standingSamples(job.out, block);
    if (wanted.every((index) => standing.has(index))) skipped += wanted.length;
    else blocks.push([block, wanted]);
  }
  return { skipped, blocks };
}

/**
 * Renders blocks one after the other.
 * @param size images that are drawn in one go
 * @returns images that were rendered now
 */
export async function renderBlocks(
  out: string,
  blocks: readonly [number, number[]][],
  draw: DrawChunk,
  { size, onProgress }: { size: number; onProgress?: OnProgress },
): Promise<number> {
  const total = blocks.reduce((sum, [, wanted]) => sum + wanted.length, 0);
  let [done, rendered] = [0, 0];
  for (const [block, wanted] of blocks) {
    const writer = await openBlock(out, block, wanted);
    const missing = wanted.filter((index) => !writer.standing.has(index));
    done += wanted.length - missing.length;
    try {
      const drawn = inChunks(missing, size).map(draw);
      for (const chunk of drawn) chunk.catch(() => undefined); // thrown where it is waited for
      for (const chunk of drawn)
        for (const sample of await chunk) {
          await writer.append(sample);
          rendered++;
          onProgress?.(++done, total);
        }
      await writer.finish();
    } finally {
      await writer.leave();
    }
  }
  return rendered;
}

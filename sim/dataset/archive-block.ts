/**
 * A block of consecutive indices on its way into archives, one a split: samples are appended in the order of their indices
 * to hidden files, which get their names when the block is whole. A kill loses no whole sample.
 */
import { existsSync } from "node:fs";
import { copyFile, type FileHandle, open, rename, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { explainSystemError, invalid, note } from "../../src/shared/errors.js";
import { listMembers } from "../../src/shared/tar-members.js";
import { SPLITS, type Split } from "../scene/slots.js";
import { archivedSamples, archiveName, isSampleWhole, partialName } from "./archive-samples.js";
import type { PackedSample } from "./archive-worker.js";
import { END_OF_ARCHIVE } from "./tar.js";

/** Which indices of a block stand in its archives already. */
export async function standingSamples(dir: string, block: number): Promise<Set<number>> {
  const paths = SPLITS.map((split) => join(dir, archiveName(split, block))).filter((path) =>
    existsSync(path),
  );
  return new Set(paths.flatMap((path) => archivedSamples(path).map(({ index }) => index)));
}

export interface BlockWriter {
  /** Indices that an earlier call wrote; what is appended follows them. */
  standing: ReadonlySet<number>;
  append(sample: PackedSample): Promise<void>;
  /** Ends the archives and gives them their names. */
  finish(): Promise<void>;
  /** Leaves what was appended for a later call. */
  leave(): Promise<void>;
}

/**
 * Opens a block for writing, and goes on behind what of `wanted` stands there.
 * @param wanted the block's indices, ascending
 */
export async function openBlock(dir: string, block: number, wanted: readonly number[]): Promise<BlockWriter> {
  const standing = new Set<number>();
  for (const split of SPLITS) for (const index of await takeUp(dir, block, split)) standing.add(index);
  const asked = new Set(wanted);
  const others = [...standing].filter((index) => !asked.has(index));
  if (others.length > 0) {
    await dropCopies(dir, block);
    throw refuseOthers(dir, block, others);
  }
  if (!isBeginning(standing, wanted)) {
    for (const split of SPLITS) await rm(join(dir, partialName(split, block)), { force: true });
    standing.clear();
  }
  const files = new Map<Split, FileHandle>();
  const fileOf = async (split: Split) => {
    const file = files.get(split) ?? (await open(join(dir, partialName(split, block)), "a"));
    files.set(split, file);
    return file;
  };
  const close = async () => {
    for (const file of files.values()) await file.close();
    files.clear();
  };
  return {
    standing,
    append: async ({ split, bytes }) => {
      const file = await fileOf(split);
      await file.appendFile(bytes).catch((error) => {
        throw explainSystemError(join(dir, archiveName(split, block)), error);
      });
    },
    finish: async () => {
      for (const split of SPLITS)
        if (files.has(split) || existsSync(join(dir, partialName(split, block)))) {
          const file = await fileOf(split);
          await file.appendFile(END_OF_ARCHIVE);
          await file.sync();
        }
      await close();
      for (const split of SPLITS) {
        const partial = join(dir, partialName(split, block));
        if (existsSync(partial)) await rename(partial, join(dir, archiveName(split, block)));
      }
    },
    leave: close,
  };
}

/** The whole samples of a split's hidden file, or of its archive that is to be continued; a stump behind them is cut off. */
async function takeUp(dir: string, block: number, split: Split): Promise<number[]> {
  const [whole, partial] = [join(dir, archiveName(split, block)), join(dir, partialName(split, block))];
  if (!existsSync(partial)) {
    if (!existsSync(whole)) return [];
    await copyFile(whole, partial);
  }
  const members = listMembers(partial, "take");
  const samples = archivedSamples(partial, "take");
  const broken = samples.findIndex((sample) => !isSampleWhole(partial, members, sample));
  const kept = broken < 0 ? samples : samples.slice(0, broken);
  await truncate(partial, kept.at(-1)?.end ?? 0);
  return kept.map(({ index }) => index);
}

/** Takes away what was copied from an archive, which still has it. */
async function dropCopies(dir: string, block: number): Promise<void> {
  for (const split of SPLITS)
    if (existsSync(join(dir, archiveName(split, block))))
      await rm(join(dir, partialName(split, block)), { force: true });
}

/** An archive is replaced as a whole: images that are not rendered anew would be lost. */
const refuseOthers = (dir: string, block: number, others: readonly number[]) =>
  invalid(
    join(dir, archiveName(SPLITS[0]!, block)),
    `images that this call renders too (give the whole range, from ${Math.min(...others)} on)`,
    note(`${others.length} others, image ${Math.min(...others)} among them`),
  );

/** Whether the indices that stand there are the first of those wanted: the order in an archive is theirs. */
function isBeginning(standing: ReadonlySet<number>, wanted: readonly number[]): boolean {
  return wanted.slice(0, standing.size).every((index) => standing.has(index));
}

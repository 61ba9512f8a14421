/**
 * A block of consecutive indices on its way into archives, one a split: samples are appended in the order of their indices
 * to hidden files, which get their names when the block is whole. A kill loses no whole sample.
 */
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { explainSystemError, invalid, note } from "../../src/shared/errors.js";
import { closeTemporary } from "../../src/shared/temporary.js";
import { SPLITS, type Split } from "../scene/slots.js";
import { type Beginning, openPart, type Part, standingBeginning } from "./archive-parts.js";
import { archivedSamples, archiveName } from "./archive-samples.js";
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
  /** Leaves what was appended, where it is not finished, for a later call. */
  leave(): Promise<void>;
}

/**
 * Opens a block for writing, and goes on behind what of `wanted` stands there.
 * @param wanted the block's indices, ascending
 * @throws bad input where other images stand there: an archive is replaced as a whole, and they would be lost
 */
export async function openBlock(dir: string, block: number, wanted: readonly number[]): Promise<BlockWriter> {
  const archiveOf = (split: Split) => join(dir, archiveName(split, block));
  const found = new Map<Split, Beginning>();
  for (const split of SPLITS) found.set(split, await standingBeginning(archiveOf(split)));
  refuseOthers(archiveOf(SPLITS[0]!), found, wanted);
  const standing = beginningOf(found, wanted);
  const parts = new Map<Split, Part>();
  const leave = async () => {
    for (const { path, file } of parts.values()) {
      await file.close();
      closeTemporary(path);
    }
    parts.clear();
  };
  const partOf = async (split: Split, from?: Beginning) => {
    const part = parts.get(split) ?? (await openPart(archiveOf(split), from));
    parts.set(split, part);
    return part;
  };
  try {
    for (const [split, { path, samples }] of found) {
      const kept = samples.filter(({ index }) => standing.has(index));
      if (kept.length > 0) await partOf(split, { path, samples: kept });
    }
  } catch (error) {
    await leave();
    throw error;
  }
  return {
    standing,
    append: async ({ split, bytes }) => {
      const { file } = await partOf(split);
      await file.appendFile(bytes).catch((error) => {
        throw explainSystemError(archiveOf(split), error);
      });
    },
    finish: async () => {
      for (const { file } of parts.values()) {
        await file.appendFile(END_OF_ARCHIVE);
        await file.sync();
      }
      for (const [split, { path }] of parts) await rename(path, archiveOf(split));
      await leave();
    },
    leave,
  };
}

function refuseOthers(
  archive: string,
  found: ReadonlyMap<Split, Beginning>,
  wanted: readonly number[],
): void {
  const asked = new Set(wanted);
  const others = indicesOf(found).filter((index) => !asked.has(index));
  if (others.length === 0) return;
  const first = Math.min(...others);
  throw invalid(
    archive,
    `images that this call renders too (give the whole range, from ${first} on)`,
    note(`${others.length} others, image ${first} among them`),
  );
}

/** The first of those wanted that stand there without a gap: the order in an archive is theirs. */
function beginningOf(found: ReadonlyMap<Split, Beginning>, wanted: readonly number[]): Set<number> {
  const there = new Set(indicesOf(found));
  const gap = wanted.findIndex((index) => !there.has(index));
  return new Set(gap < 0 ? wanted : wanted.slice(0, gap));
}

const indicesOf = (found: ReadonlyMap<Split, Beginning>): number[] =>
  [...found.values()].flatMap(({ samples }) => samples.map(({ index }) => index));

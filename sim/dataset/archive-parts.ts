/**
 * Archives on their way. Each process writes a hidden file of its own (`.train-000000.tar.HOST-PID-N.part`): two may render
 * one shard at a time, such as a job and its successor after a requeue. What another left is copied, never written to.
 */
import { existsSync, statSync } from "node:fs";
import { copyFile, type FileHandle, open, rm, truncate } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { explainSystemError } from "../../src/shared/errors.js";
import { namesIn, sweepTemporaries } from "../../src/shared/folders.js";
import { listMembers } from "../../src/shared/tar-members.js";
import { closeTemporary, isAbandoned, openTemporary, wholeOf } from "../../src/shared/temporary.js";
import { type ArchivedSample, archivedSamples, isSampleWhole } from "./archive-samples.js";

/** A file of one's own that is to become an archive. */
export interface Part {
  path: string;
  file: FileHandle;
}

/** A file, and its whole samples: those before the first that is cut short, in ascending order. */
export interface Beginning {
  path: string;
  samples: ArchivedSample[];
}

/** What stands of an archive, finished or on its way, whoever wrote it: the file that has the most whole samples. */
export async function standingBeginning(archive: string): Promise<Beginning> {
  const name = basename(archive);
  const parts = (await namesIn(dirname(archive))).filter((one) => wholeOf(one) === name);
  // The archive last: a part that is finished at this moment has become it.
  const paths = [...parts.map((part) => join(dirname(archive), part)), archive];
  const found = paths.map((path) => ({ path, samples: wholeSamples(path) }));
  return found.reduce((best, one) => (one.samples.length > best.samples.length ? one : best));
}

function wholeSamples(path: string): ArchivedSample[] {
  if (!existsSync(path)) return [];
  try {
    const members = listMembers(path, "take");
    const samples = archivedSamples(path, "take");
    const end = samples.findIndex(
      (sample, i) => sample.index <= (samples[i - 1]?.index ?? -1) || !isSampleWhole(path, members, sample),
    );
    return end < 0 ? samples : samples.slice(0, end);
  } catch {
    return []; // damaged, or finished and renamed meanwhile: its samples are rendered again
  }
}

/** Opens a part that begins with the samples of another file. */
export async function openPart(
  archive: string,
  { path: from, samples }: Beginning = { path: archive, samples: [] },
): Promise<Part> {
  const path = openTemporary(archive, "part");
  const end = samples.at(-1)?.end ?? 0;
  try {
    if (end > 0) {
      await copyFile(from, path);
      await truncate(path, end);
    }
    return { path, file: await open(path, "a") };
  } catch (error) {
    await rm(path, { force: true });
    closeTemporary(path);
    throw explainSystemError(archive, error);
  }
}

/** Takes away what killed writers left of a dataset and nobody can use. */
export async function sweepLeftovers(dir: string): Promise<void> {
  await sweepTemporaries(dir);
  await sweepParts(dir);
}

/** Takes away parts that nobody writes any more and whose archive has at least what they have. */
export async function sweepParts(dir: string): Promise<void> {
  for (const name of await namesIn(dir)) {
    const whole = wholeOf(name);
    if (whole && isSuperseded(join(dir, name), join(dir, whole))) await rm(join(dir, name), { force: true });
  }
}

function isSuperseded(part: string, archive: string): boolean {
  const [own, whole] = [part, archive].map((path) => statSync(path, { throwIfNoEntry: false }));
  return Boolean(own && whole && whole.size >= own.size && isAbandoned(basename(part), own.mtimeMs));
}

/** What of a rendered WebDataset's archives is whole: which samples, and where their labels stand. */
import { basename } from "node:path";
import { sha256 } from "../../src/shared/files.js";
import { listMembers, readMemberAt, splitName, type TarMember } from "../../src/shared/tar-members.js";
import { splitOfArchive } from "../../src/shared/webdataset.js";
import type { Split } from "../scene/slots.js";

/** Names the files of a sample. */
export const sampleKey = (index: number): string => String(index).padStart(6, "0");

/** `train-000000.tar`: a block of indices has one archive a split, numbered alike. */
export const archiveName = (split: Split, block: number): string =>
  `${split}-${String(block).padStart(6, "0")}.tar`;

/** A sample whose labels, its last file, are there. */
export interface ArchivedSample {
  index: number;
  split: Split;
  /** Its labels (.json). */
  labels: TarMember;
  /** Where the next sample begins, in bytes. */
  end: number;
}

const TAR_BLOCK = 512;

/**
 * The samples of an archive, in order.
 * @param cut as `listMembers`
 */
export function archivedSamples(path: string, cut: "refuse" | "take" = "refuse"): ArchivedSample[] {
  const split = splitOfArchive(basename(path).replace(/^\./, ""), "train") as Split;
  return listMembers(path, cut)
    .filter(({ name }) => splitName(name).extension === "json")
    .map((labels) => ({
      index: Number(splitName(labels.name).key),
      split,
      labels,
      end: labels.offset + Math.ceil(labels.length / TAR_BLOCK) * TAR_BLOCK,
    }));
}

/** Whether the files between two samples' ends are those that the later one's labels name by their hashes. */
export function isSampleWhole(
  path: string,
  members: readonly TarMember[],
  { index }: ArchivedSample,
): boolean {
  const file = (extension: string) => {
    const member = members.find(({ name }) => name === `${sampleKey(index)}.${extension}`);
    return member && readMemberAt(path, member);
  };
  try {
    const { sha256: hashes } = JSON.parse(String(file("json"))) as { sha256: Record<string, string> };
    return Object.entries(hashes).every(([extension, hash]) => sha256(file(extension) ?? "") === hash);
  } catch {
    return false;
  }
}

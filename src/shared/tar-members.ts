/**
 * Files inside tar archives, by paths that lead into them: `set/train-000000.tar/000012.jpg`. Archives are read in place
 * (a header of 512 bytes, the content, zeros up to the next 512); nothing is unpacked.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { explainSystemError, invalid, note } from "./errors.js";
import {
  BLOCK,
  checkedName,
  checkGlobalPax,
  parseHeader,
  parsePax,
  refuseKind,
  type TarHeader,
} from "./tar-headers.js";
import { whileStaleSync } from "./units/patience.js";

/** A file's place in an archive, in bytes. */
export interface TarMember {
  name: string;
  offset: number;
  length: number;
}

/** Headers of several small members come with one read. */
const WINDOW = 1 << 16;

/** The archive that a path leads into, and the member's name; undefined for a path that leads into none. */
export function intoArchive(path: string): { archive: string; name: string } | undefined {
  const match = /^(.*?\.tar)[/\\](.+)$/.exec(path);
  if (!match || !statSync(match[1]!, { throwIfNoEntry: false })?.isFile()) return undefined;
  return { archive: match[1]!, name: match[2]! };
}

/** Whether a file stands at a path, in a folder or in an archive. */
export function isFileAt(path: string): boolean {
  const inside = intoArchive(path);
  if (inside) return membersByName(inside.archive).has(inside.name);
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** A member's bytes. @throws bad input where there is none of that name, or it has more than `most` bytes */
export function readMember({ archive, name }: { archive: string; name: string }, most: number): Buffer {
  const member = membersByName(archive).get(name);
  if (!member) throw invalid(`${archive}/${name}`, "a file", note("no such file in the archive"));
  if (member.length > most)
    throw invalid(`${archive}/${name}`, `a file of at most ${most} bytes`, note(`${member.length} bytes`));
  return withFile(archive, (file) => readExactly(file, member.offset, member.length, archive));
}

/** A member's bytes by its place, of an archive that may be cut short behind it. */
export const readMemberAt = (archive: string, { offset, length }: TarMember): Buffer =>
  withFile(archive, (file) => readExactly(file, offset, length, archive));

/**
 * The regular files of an archive, in their order.
 * @param cut what to do at the end of one that is cut short or damaged: refuse it, or take what is whole before it
 */
export function listMembers(archive: string, cut: "refuse" | "take" = "refuse"): TarMember[] {
  const members = withFile(archive, (file) => [...membersOf(file, archive, cut)]);
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw invalid(`${archive}/${name}`, "every file once", note("two of this name"));
    names.add(name);
  }
  return members;
}

/** Archives whose members are remembered: some hundred bytes a member. */
const REMEMBERED = 64;
const remembered = new Map<string, { stamp: string; members: Map<string, TarMember> }>();

function membersByName(archive: string): Map<string, TarMember> {
  const { size, mtimeMs } = statSync(archive);
  const stamp = `${size} ${mtimeMs}`;
  const known = remembered.get(archive);
  if (known?.stamp === stamp) return known.members;
  const members = new Map(listMembers(archive).map((member) => [member.name, member]));
  remembered.delete(archive);
  remembered.set(archive, { stamp, members });
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
  return members;
}

function withFile<Result>(path: string, work: (file: number) => Result): Result {
  try {
    return whileStaleSync(() => {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) throw invalid(path, "a tar archive", note("nothing there"));
      if (!found.isFile()) throw invalid(path, "a tar archive", note("no regular file"));
      const file = openSync(path, "r");
      try {
        return work(file);
      } finally {
        closeSync(file);
      }
    });
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

function readExactly(file: number, offset: number, length: number, archive: string): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const read = readSync(file, bytes, 0, length, offset);
  if (read < length) throw cutShort(archive, offset + read);
  return bytes;
}

const cutShort = (archive: string, at: number) =>
  invalid(archive, "a whole tar archive", note(`one that is cut short or damaged at byte ${at}`));

/** Headers that say more of the member behind them are small. */
const MOST_EXTENSION_BYTES = 1 << 16;

function* membersOf(file: number, archive: string, cut: "refuse" | "take"): Generator<TarMember> {
  const { size } = statSync(archive);
  const header = headers(file);
  let said: { name?: string; length?: number } = {};
  for (let at = 0; ; ) {
    const bytes = header(at);
    if (isZero(bytes)) {
      if (Object.keys(said).length > 0) throw cutShort(archive, at);
      return cut === "take" ? undefined : refuseRest(file, archive, at, size);
    }
    const found = parseHeader(bytes);
    const length = said.length ?? found?.length ?? Number.NaN;
    const end = at + BLOCK + Math.ceil(length / BLOCK) * BLOCK;
    if (!found || !(end <= size)) {
      if (cut === "take") return;
      throw cutShort(archive, at);
    }
    const place = { offset: at + BLOCK, length };
    const name = said.name ?? found.name;
    said = found.kind === "file" || found.kind === "folder" ? {} : extension(file, archive, found, place);
    if (found.kind === "file") yield { name: checkedName(archive, name), ...place };
    at = end;
  }
}

/** What a member that is no file says of the one behind it. */
function extension(file: number, archive: string, header: TarHeader, place: Omit<TarMember, "name">) {
  const { kind } = header;
  if (kind !== "pax" && kind !== "long name" && kind !== "global pax") return refuseKind(archive, header);
  if (place.length > MOST_EXTENSION_BYTES)
    throw invalid(archive, "headers of at most 64 KiB", note(`${place.length} bytes`));
  const content = readExactly(file, place.offset, place.length, archive);
  if (kind === "pax") return parsePax(archive, content);
  if (kind === "long name") return { name: content.toString("utf8").replace(/\0.*$/s, "") };
  checkGlobalPax(archive, content);
  return {};
}

const isZero = (bytes: Buffer): boolean => bytes.length > 0 && bytes.every((byte) => byte === 0);

/** Zeros that fill the last record of a tape, at most. */
const MOST_END_BYTES = 1 << 20;

/** Behind the end of an archive stand zeros alone: another one that was put there would be lost without a word. */
function refuseRest(file: number, archive: string, from: number, size: number): undefined {
  if (size - from > MOST_END_BYTES)
    throw invalid(archive, "one tar archive", note(`${size - from} bytes behind its end`));
  for (let at = from; at < size; at += WINDOW)
    if (!isZero(readExactly(file, at, Math.min(WINDOW, size - at), archive)))
      throw invalid(archive, "one tar archive", note("more behind its end"));
}

/** Headers by their place, read in windows. */
function headers(file: number): (at: number) => Buffer {
  const window = Buffer.allocUnsafe(WINDOW);
  let [start, end] = [0, 0];
  return (at) => {
    if (at < start || at + BLOCK > end) {
      start = at;
      end = at + readSync(file, window, 0, WINDOW, at);
    }
    return window.subarray(at - start, Math.min(at + BLOCK, end) - start);
  };
}

/** A sample's files share its key: WebDataset splits a name at the first dot after its folders. */
export function splitName(name: string): { key: string; extension: string } {
  const file = basename(name);
  const dot = file.indexOf(".");
  const folder = name.slice(0, name.length - file.length);
  return dot < 0
    ? { key: name, extension: "" }
    : { key: folder + file.slice(0, dot), extension: file.slice(dot + 1) };
}

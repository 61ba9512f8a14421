/**
 * Headers of tar archives: POSIX ustar, and what pax and GNU put before a member whose name or size has no room in one.
 * What an archive of a stranger may say is narrow: regular files and folders, names that lead nowhere else.
 */
import { posix } from "node:path";
import { invalid, note } from "./errors.js";

export const BLOCK = 512;

/** A header's place in the archive, and what it says. */
export interface TarHeader {
  name: string;
  /** Bytes of the content behind it. */
  length: number;
  kind: TarKind;
}

export type TarKind = "file" | "folder" | "pax" | "global pax" | "long name" | "another kind of member";

const KINDS: Record<string, TarKind> = {
  "\0": "file",
  "0": "file",
  "5": "folder",
  x: "pax",
  g: "global pax",
  L: "long name",
};

/** Undefined for bytes that are no header. */
export function parseHeader(bytes: Buffer): TarHeader | undefined {
  if (bytes.length < BLOCK || octal(bytes, 148, 8) !== checksum(bytes)) return undefined;
  const length = octal(bytes, 124, 12);
  if (length === undefined) return undefined;
  const [name, prefix] = [text(bytes, 0, 100), text(bytes, 345, 155)];
  const isUstar = bytes.toString("latin1", 257, 262) === "ustar" && bytes[262] === 0;
  const kind = KINDS[String.fromCharCode(bytes[156]!)] ?? "another kind of member";
  return { name: isUstar && prefix ? `${prefix}/${name}` : name, length, kind };
}

/**
 * What a pax header says of the member that follows: its name, and its size where that has no room.
 * @throws bad input for a header that is not whole, and for a sparse file, whose content is not its own
 */
export function parsePax(archive: string, content: Buffer): { name?: string; length?: number } {
  const records = paxRecords(archive, content);
  const sparse = [...records.keys()].find((key) => key.startsWith("GNU.sparse"));
  if (sparse !== undefined) throw invalid(archive, "files that are stored whole", note("a sparse one"));
  const size = records.get("size");
  if (size !== undefined && !/^\d+$/.test(size)) throw invalid(archive, "a size in decimal digits", size);
  return { name: records.get("path"), length: size === undefined ? undefined : Number(size) };
}

/** What is said of all members may be a comment. @throws bad input where it is a name or a size */
export function checkGlobalPax(archive: string, content: Buffer): void {
  const { name, length } = parsePax(archive, content);
  if (name !== undefined || length !== undefined)
    throw invalid(archive, "a name and a size of each file's own", note("one for all"));
}

/** `LENGTH KEY=VALUE\n`, the length that of the whole record. */
function paxRecords(archive: string, content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const digits = content.toString("latin1", at, Math.max(at, space));
    const end = at + (/^\d+$/.test(digits) ? Number(digits) : 0);
    const [key = "", ...value] = content.toString("utf8", space + 1, end - 1).split("=");
    if (end <= space || content[end - 1] !== 0x0a || value.length === 0)
      throw invalid(archive, "whole pax headers", note("a damaged one"));
    records.set(key, value.join("="));
    at = end;
  }
  return records;
}

/** Letters that no name of a file or a class has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const CONTROL = /[\0-\x1f\x7f]/;

/**
 * A member's name in its shortest form: `./a.jpg` is `a.jpg`.
 * @throws bad input for a name that would lead out of the archive, or that no path has
 */
export function checkedName(archive: string, name: string): string {
  const steps = name.split("/");
  if (
    name === "" ||
    name.includes("\\") ||
    name.startsWith("/") ||
    steps.includes("..") ||
    CONTROL.test(name)
  )
    throw invalid(archive, "names that stay within the archive", name);
  return posix.normalize(name);
}

/** @throws bad input for links, devices and the like: what they stand for is not in the archive */
export function refuseKind(archive: string, { name, kind }: TarHeader): never {
  throw invalid(`${archive}/${name}`, "a regular file or a folder", note(kind));
}

function text(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

/** Undefined for anything but octal digits, such as a sign. */
function octal(bytes: Buffer, at: number, length: number): number | undefined {
  const digits = text(bytes, at, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}

/** The sum of the header's bytes, with its own field taken as spaces. */
function checksum(bytes: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += bytes[i]!;
  return sum;
}

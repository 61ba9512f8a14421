/**
 * Headers of tar archives: POSIX ustar, and what pax and GNU put before a member whose name or size has no room in one.
 * What an archive of a stranger may say is narrow: regular files and folders, names that lead nowhere else.
 */
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

/** What a pax header says of the member that follows: its name, and its size where that has no room. */
export function parsePax(content: Buffer): { name?: string; length?: number } {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString("latin1", at, Math.max(at, space)));
    if (!(length > 0) || content[at + length - 1] !== 0x0a) break;
    const [key = "", ...value] = content.toString("utf8", space + 1, at + length - 1).split("=");
    records.set(key, value.join("="));
    at += length;
  }
  const size = records.get("size");
  return { name: records.get("path"), length: size === undefined ? undefined : Number(size) };
}

/** @throws bad input for a name that would lead out of the archive */
export function checkName(archive: string, name: string): void {
  const steps = name.split("/");
  if (name === "" || name.includes("\\") || name.startsWith("/") || steps.includes(".."))
    throw invalid(archive, "names that stay within the archive", name);
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

/**
 * The names of files that are being written: `.NAME.HOST-PID-N.tmp` beside the file that they are to become. No two writers
 * share one, whatever their machines. What a kill left of a `.part` is of use to the next writer, of a `.tmp` to nobody.
 */
import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * Tells machines apart that share a folder: the host's name, however long its common beginning is, and on Linux the space
 * that process ids are of, because every container counts its own.
 */
const HOST = sha256Of(`${hostname()} ${processSpace()}`).slice(0, 16);

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A file name may have 255 bytes; the rest is for what is added. */
const KEPT_CHARACTERS = 48;
/** No single file takes longer to write; what is older belongs to nobody, whatever its process. */
const LONGEST_WRITE_MS = 600_000;

let temporaries = 0;
const open = new Set<string>();

/** A temporary beside the path, to be given back by `closeTemporary`. */
export function openTemporary(path: string, ending: "tmp" | "part" = "tmp"): string {
  const kept = basename(path).slice(0, KEPT_CHARACTERS);
  const name = `.${kept}.${HOST}-${process.pid}-${temporaries++}.${ending}`;
  open.add(name);
  return join(dirname(path), name);
}

export const closeTemporary = (path: string): void => void open.delete(basename(path));

/** Whether a file is what a kill in the middle of `writeAtomic` leaves: of the file named, or of any. */
export const isTemporary = (name: string, of = ""): boolean =>
  name.startsWith(`.${of.slice(0, KEPT_CHARACTERS)}`) && name.endsWith(".tmp");

/** The name of the file that a part is to become; undefined for any other file. */
export const wholeOf = (name: string): string | undefined =>
  /^\.(.+)\.[a-z0-9]+-\d+-\d+\.part$/.exec(name)?.[1];

/** Whether nobody writes the temporary any more: its process has ended, or it is older than any write takes. */
export function isAbandoned(name: string, changed: number): boolean {
  const [, host, pid] = /\.([a-z0-9]+)-(\d+)-\d+\.(?:tmp|part)$/i.exec(name) ?? [];
  if (Date.now() - changed > LONGEST_WRITE_MS) return true;
  if (pid === undefined) return /\.\d+-\d+\.tmp$/.test(name); // of a version that named no host
  if (host !== HOST) return false;
  return Number(pid) === process.pid ? !open.has(name) : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

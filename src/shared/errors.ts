/** The one shape of errors: a sentence a person can act on, and the exit code a script can act on. */

import { lookUp } from "./look-up.js";
import { nearest } from "./nearest.js";

/** An expected failure. Its message is one sentence; the CLI prints it without a stack and exits with `exitCode`. */
export class AntbeeError extends Error {
  constructor(
    message: string,
    /** 2: wrong input. 1: the work itself failed. */
    readonly exitCode: 1 | 2,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "AntbeeError";
  }
}

/**
 * Bad input, exit 2: `throw invalid("lights.key.intensity", "a number in [0, 50]", value)`.
 * @param where the place as the user knows it: a file, a key path, a flag
 */
export function invalid(where: string, expected: string, found: unknown): AntbeeError {
  return new AntbeeError(`${where}: expected ${expected}, found ${describe(found)}`, 2);
}

/** A name that is none of the known ones, exit 2; where one of them is close, it is asked whether that was meant. */
export function unknownName(where: string, known: readonly string[], found: unknown): AntbeeError {
  const meant = typeof found === "string" ? nearest(found, known) : undefined;
  const shown = meant === undefined ? found : note(`${describe(found)}; did you mean \`${meant}\`?`);
  return invalid(where, `one of ${known.join(", ")}`, shown);
}

/** A failure of the work itself, exit 1: display, disk, permission, network, a lost worker. */
export function failed(where: string, why: string, cause?: unknown): AntbeeError {
  return new AntbeeError(`${where}: ${why}`, 1, { cause });
}

/** An error in one line, for records that are read by people. */
export const sentenceOf = (error: unknown): string =>
  ((error as Error)?.message ?? String(error)).split("\n")[0]!;

/** Renders a found value for a message: short, quoted where it is text. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Note) return value.text;
  if (value instanceof Error) return value.message;
  if (typeof value === "number") return String(value); // JSON has no NaN
  const text = asText(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** A value that names itself in a circle, or is nested without end, has no text. */
function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return "a value that cannot be shown";
  }
}

/** Text that `describe` prints as it is, for findings that are no value: `note("a file cut short at byte 312")`. */
class Note {
  constructor(readonly text: string) {}
}

export function note(text: string): unknown {
  return new Note(text);
}

/** What the user named wrongly: exit 2. */
const WRONG_PLACE: Record<string, string> = {
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "a part of the path is not a folder",
  EISDIR: "it is a folder, not a file",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long for the file system",
  ERR_INVALID_ARG_VALUE: "no path: it has a zero byte in it",
};

/** What the machine refuses: exit 1. */
const REFUSED: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "no such file or folder",
  EMFILE: "too many files are open (ulimit -n)",
  ENFILE: "too many files are open on this machine",
  EAGAIN: "no further process can be started (ulimit -u)",
  ENOMEM: "the memory is used up",
  ESTALE: "the network file system has lost it (stale handle); try again",
  EPIPE: "its reader has gone",
  EFBIG: "the file is larger than the limit for files (ulimit -f)",
};

/** Maps a system error to a sentence: a full disk, a missing permission and a file in a folder's place are named. */
export function explainSystemError(where: string, error: unknown): AntbeeError {
  if (error instanceof AntbeeError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const wrong = lookUp(WRONG_PLACE, code);
  if (wrong) return new AntbeeError(`${where}: ${wrong}`, 2, { cause: error });
  return failed(where, lookUp(REFUSED, code) ?? ((error as Error).message || String(error)), error);
}

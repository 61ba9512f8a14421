/** The one shape of errors: a sentence a person can act on, and the exit code a script can act on. */

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

/** A failure of the work itself, exit 1: display, disk, permission, network, a lost worker. */
export function failed(where: string, why: string, cause?: unknown): AntbeeError {
  return new AntbeeError(`${where}: ${why}`, 1, { cause });
}

/** Renders a found value for a message: short, quoted where it is text. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Note) return value.text;
  if (value instanceof Error) return value.message;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** Text that `describe` prints as it is, for findings that are no value: `note("a file cut short at byte 312")`. */
class Note {
  constructor(readonly text: string) {}
}

export function note(text: string): unknown {
  return new Note(text);
}

/** Maps a system error to a sentence: a full disk, a missing permission and a missing file are named. */
export function explainSystemError(where: string, error: unknown): AntbeeError {
  if (error instanceof AntbeeError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOSPC: "the disk is full",
    EDQUOT: "the disk quota is used up",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    ENOENT: "no such file or folder",
    ENOTDIR: "a part of the path is not a folder",
    EISDIR: "it is a folder, not a file",
  };
  return failed(where, (code && known[code]) || (error as Error).message || String(error), error);
}

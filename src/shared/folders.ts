/** Folders that are written to: made step by step, asked whose they are, and swept of what kills left. */
import { lstatSync } from "node:fs";
import { mkdir, opendir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { explainSystemError, failed, invalid, note } from "./errors.js";
import { isAbandoned, isTemporary } from "./temporary.js";

/**
 * Makes a folder and those above it, each once: on file systems that take no folders, such as /proc, Node's own
 * recursive way never ends.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeBelow(resolve(path));
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

async function makeBelow(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeBelow(dirname(path));
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw failed(path, "no folder can be made there", error);
    if (!(await isFolder(path))) throw error; // another process may have made it at this moment
  });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found && !found.isDirectory()) throw invalid(path, "a folder", note("a file"));
  return found !== undefined;
}

/** Whose folder it is: how a writer knows what it wrote itself. */
export interface Claim {
  /** What the folder is to be, for messages: `an empty folder or a report of demo`. */
  expected: string;
  /** What is found otherwise; the first name in the folder where left out. */
  found?: string;
  /** Names that the writer puts there before its mark. A kill may have left them alone. */
  before?: readonly string[];
  /**
   * Whether what stands there is this very work, to be continued or written anew; false where it has no mark.
   * @throws bad input that says whose it is
   */
  isOurs(): Promise<boolean>;
}

/**
 * The one question that every writer asks before its first file: is this folder mine to write? It is where it is new,
 * empty, or holds this very work.
 * @throws bad input where it holds another's work
 */
export async function claimFolder(path: string, claim: Claim): Promise<void> {
  await makeFolder(path);
  await refuseOthers(path, claim);
}

/** As `claimFolder`, but makes no folder. */
export async function refuseOthers(
  path: string,
  { expected, found, before = [], isOurs }: Claim,
): Promise<void> {
  if (!(await isFolder(path))) return;
  const present = (await namesIn(path)).filter((name) => !isTemporary(name) && !before.includes(name));
  if (present.length === 0 || (await isOurs())) return;
  throw invalid(path, expected, note(found ?? present[0]!));
}

/** The names in a folder, in sorted order. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    throw explainSystemError(path, error);
  }
}

/** Takes away the temporaries that killed writers left at or below a folder; those of living ones stay. */
export async function sweepTemporaries(path: string): Promise<void> {
  for await (const { name, parentPath } of eachFileBelow(path))
    if (isTemporary(name) && isLeft(name, join(parentPath, name)))
      await rm(join(parentPath, name), { force: true });
}

/** Its writer may have renamed it meanwhile. */
function isLeft(name: string, path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && isAbandoned(name, found.mtimeMs);
}

/** Every file at or below a folder; none where there is no such folder. */
export async function filesBelow(path: string): Promise<FileBelow[]> {
  const files: FileBelow[] = [];
  for await (const file of eachFileBelow(path)) files.push(file);
  return files;
}

interface FileBelow {
  name: string;
  parentPath: string;
}

/** One after the other: a folder may hold more names than memory. */
async function* eachFileBelow(path: string): AsyncGenerator<FileBelow> {
  try {
    for await (const entry of await opendir(path, { bufferSize: 256 }))
      if (entry.isDirectory()) yield* eachFileBelow(join(path, entry.name));
      else if (entry.isFile()) yield { name: entry.name, parentPath: path };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw explainSystemError(path, error);
  }
}

/** Puts a built package where Node finds it: whole or not at all, and only after it has computed something there. */
import { copyFile, link, mkdir, readdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { explainSystemError } from "../../../src/shared/errors.js";
import { type Engine, tryEngine } from "./trial.js";

/** Where a hard link is not possible: another file system, or one that knows none. */
const NO_LINK = ["EXDEV", "EPERM", "ENOTSUP", "EMLINK"];

/**
 * Links the package's files beside its place, tries it, and swaps it with what stands there.
 * @param accept throws where the engine is another than the one wanted
 * @throws a failure, with what stood there before still in its place
 */
export async function place(
  built: string,
  folder: string,
  signal?: AbortSignal,
  accept: (engine: Engine) => void = () => {},
): Promise<Engine> {
  const staging = besides(folder, String(process.pid));
  try {
    await linkTree(built, staging);
    const engine = await tryEngine(staging, signal);
    accept(engine);
    signal?.throwIfAborted();
    await swap(staging, folder);
    return engine;
  } catch (error) {
    throw signal?.aborted ? error : explainSystemError(folder, error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** What killed installations left beside the place. */
export async function removeLeftovers(folder: string): Promise<void> {
  const leftovers = (await readdir(dirname(folder))).filter((name) =>
    name.startsWith(basename(besides(folder, ""))),
  );
  await Promise.all(
    leftovers.map((name) => rm(join(dirname(folder), name), { recursive: true, force: true })),
  );
}

/** Hidden, so that neither Node nor npm takes it for a package. */
const besides = (folder: string, mark: string) => join(dirname(folder), `.${basename(folder)}-${mark}`);

async function swap(staging: string, folder: string): Promise<void> {
  const old = besides(folder, `${process.pid}-old`);
  const stood = await rename(folder, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(staging, folder);
  } catch (error) {
    if (stood) await rename(old, folder);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** A copy that takes no room where it can be linked. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await linkOrCopy(source, target);
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  await link(source, target).catch((error: NodeJS.ErrnoException) => {
    if (!NO_LINK.includes(error.code ?? "")) throw error;
    return copyFile(source, target);
  });
}

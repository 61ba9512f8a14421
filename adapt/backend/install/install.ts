/**
 * Installs TensorFlow's own engine where the package's download is refused: its library from the Python package index,
 * its addon from the sources that it ships. The work is done in the user's cache, step by step, so that a later try
 * begins where an earlier one failed, and is put beside the other packages when it is whole and computes.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { AntbeeError, explainSystemError, failed } from "../../../src/shared/errors.js";
import { readJson, writeJson } from "../../../src/shared/files.js";
import { say } from "../../../src/shared/progress.js";
import { userCache } from "../../../src/shared/roots.js";
import { addonVersion, buildAddon, fetchPackage } from "./addon.js";
import { checkVersion, linkOwnLibrary } from "./own-library.js";
import { place, removeLeftovers } from "./place.js";
import { OWN_LIBRARY, type Release, releaseFor, type Variant } from "./releases.js";
import { checkRoom, checkTools, mib } from "./requirements.js";
import { type Engine, tryEngine } from "./trial.js";
import { downloadWheels, unpackWheels } from "./wheels.js";

export interface Installed extends Engine {
  folder: string;
  from: "already there" | "the cache" | "a download" | "a library of your own";
}

/** What antbee's installation writes into the package; one that npm installed whole has none. */
interface Stamp {
  variant: Variant;
  /** The folder of a library of the user's own. */
  own: string | null;
}

const STAMP = "antbee.json";
const ENDINGS = ["SIGINT", "SIGTERM"] as const;

/**
 * Installs the engine, or finds that it is there.
 * @param folder the package's place
 * @throws bad input or a failure, with the package as it stood before
 */
export async function installNative(variant: Variant, folder: string = nativeFolder()): Promise<Installed> {
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  for (const signal of ENDINGS) process.on(signal, interrupt);
  try {
    return await install(folder, variant, abort.signal);
  } catch (error) {
    const cause = abort.signal.aborted ? failed("antbee backend install", "interrupted") : error;
    throw await withEngineInUse(cause, folder);
  } finally {
    for (const signal of ENDINGS) process.off(signal, interrupt);
  }
}

/** Where Node looks for the package: beside the part of TensorFlow.js that antbee itself uses. */
export function nativeFolder(): string {
  const shared = createRequire(import.meta.url).resolve("@tensorflow/tfjs/package.json");
  return join(dirname(dirname(shared)), "tfjs-node-gpu");
}

async function install(folder: string, variant: Variant, signal: AbortSignal): Promise<Installed> {
  const own = process.env[OWN_LIBRARY] ? resolve(process.env[OWN_LIBRARY]) : null;
  const wanted: Stamp = { variant, own };
  await removeLeftovers(folder);
  const standing = await fitting(folder, wanted, signal);
  if (standing) return { ...standing, folder, from: "already there" };
  return own ? fromOwn(own, wanted, folder, signal) : fromRelease(wanted, folder, signal);
}

/** The engine that stands there, where it computes and is what is asked for. */
async function fitting(folder: string, wanted: Stamp, signal: AbortSignal): Promise<Engine | null> {
  if (!existsSync(folder)) return null;
  const stamp = join(folder, STAMP);
  const engine = await tryEngine(folder, signal).catch(() => null);
  if (!existsSync(stamp)) return wanted.own || (wanted.variant === "gpu" && !engine?.gpu) ? null : engine;
  const { variant, own } = await readJson<Stamp>(stamp);
  return variant === wanted.variant && own === wanted.own ? engine : null;
}

async function fromOwn(own: string, stamp: Stamp, folder: string, signal: AbortSignal): Promise<Installed> {
  await checkTools(false);
  const work = join(userCache(), "native", `.own-${process.pid}`);
  try {
    const library = join(work, "library");
    await linkOwnLibrary(own, library);
    const built = await assemble(work, stamp, signal);
    const engine = await place(built, folder, signal, ({ version }) => checkVersion(version));
    return { ...engine, folder, from: "a library of your own" };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fromRelease(stamp: Stamp, folder: string, signal: AbortSignal): Promise<Installed> {
  const release = releaseFor(stamp.variant);
  const cache = join(userCache(), "native");
  const built = join(cache, await nameOf(release));
  const cached = existsSync(built);
  if (!cached) await buildInto(built, release, stamp, folder, signal);
  const engine = await place(built, folder, signal);
  return { ...engine, folder, from: cached ? "the cache" : "a download" };
}

/** All that decides whether a build fits. */
async function nameOf({ version, variant }: Release): Promise<string> {
  const { platform, arch, versions } = process;
  return `tensorflow-${version}-${variant}-addon-${await addonVersion()}-${platform}-${arch}-napi-${versions.napi}`;
}

async function buildInto(
  built: string,
  release: Release,
  stamp: Stamp,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const cache = dirname(built);
  await checkTools(true);
  await checkRoom(release, cache, folder);
  const work = `${built}.unfinished`;
  const library = join(work, "library");
  if (!existsSync(library)) {
    const bytes = release.wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
    say(
      `TensorFlow ${release.version}: ${mib(bytes)} to download, ${mib(release.keptBytes)} kept in ${cache}`,
    );
    const wheels = join(work, "wheels");
    await downloadWheels(release, wheels, signal);
    say("unpacking");
    await unpackWheels(wheels, library, signal);
    await rm(wheels, { recursive: true, force: true });
  }
  const whole = await assemble(work, stamp, signal);
  try {
    await rename(whole, built);
    await rm(work, { recursive: true, force: true });
  } catch (error) {
    throw explainSystemError(built, error);
  }
}

/** The package with the library that stands beside it in the work folder, and its addon. @returns its folder */
async function assemble(work: string, stamp: Stamp, signal: AbortSignal): Promise<string> {
  const folder = join(work, "package");
  await mkdir(work, { recursive: true });
  say("fetching the package");
  await fetchPackage(await addonVersion(), folder, signal);
  await rename(join(work, "library"), join(folder, "deps"));
  try {
    say("building its addon");
    await buildAddon(folder, signal);
    await writeJson(join(folder, STAMP), stamp);
  } catch (error) {
    await rename(join(folder, "deps"), join(work, "library")); // for the next try
    throw error;
  }
  return folder;
}

/** Says after what went wrong which engine there is all the same. */
async function withEngineInUse(error: unknown, folder: string): Promise<unknown> {
  if (!(error instanceof AntbeeError)) return error;
  const works = existsSync(folder) && (await tryEngine(folder).catch(() => null));
  const engine = works ? `TensorFlow ${works.version}, as before` : "the wasm backend";
  return new AntbeeError(`${error.message}; nothing was installed, antbee uses ${engine}`, error.exitCode, {
    cause: error,
  });
}

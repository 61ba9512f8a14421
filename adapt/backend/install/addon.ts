/** The native package, without its install script, and its addon built from the sources that it ships. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { explainSystemError, failed } from "../../../src/shared/errors.js";
import { readJson } from "../../../src/shared/files.js";
import { packageFile } from "../../../src/shared/roots.js";
import { NATIVE_PACKAGE } from "../native/load.js";
import { runCommand } from "./command.js";

const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** It stands beside the package where antbee is installed; a second one would be a second engine. */
const SHARED = "@tensorflow/tfjs-core";

interface Manifest {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

/** The version that antbee names. */
export async function addonVersion(): Promise<string> {
  const { optionalDependencies } = await readJson<Manifest>(packageFile("package.json"));
  return optionalDependencies[NATIVE_PACKAGE]!;
}

/** Fetches the package with what it needs into a folder, complete but for library and addon. */
export async function fetchPackage(version: string, folder: string, signal?: AbortSignal): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    await runCommand("npm", ["pack", `${NATIVE_PACKAGE}@${version}`, "--loglevel=error"], {
      cwd: work,
      signal,
    });
    await runCommand("tar", ["-xzf", `tensorflow-tfjs-node-gpu-${version}.tgz`], { cwd: work, signal });
    const unpacked = join(work, "package");
    const { dependencies } = await readJson<Manifest>(join(unpacked, "package.json"));
    const own = Object.entries(dependencies).filter(([name]) => name !== SHARED);
    const manifest = { private: true, dependencies: Object.fromEntries(own) };
    await writeFile(join(work, "package.json"), JSON.stringify(manifest));
    await runCommand("npm", ["install", "--omit=dev", "--no-package-lock", ...QUIET], { cwd: work, signal });
    await rename(join(work, "node_modules"), join(unpacked, "node_modules"));
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
  } catch (error) {
    throw explainSystemError(folder, error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Builds the addon against the library that stands in the package's `deps`. */
export async function buildAddon(folder: string, signal?: AbortSignal): Promise<void> {
  // node-gyp cannot download Node's headers behind a closed network: those beside the Node in use serve.
  const prefix = dirname(dirname(process.execPath));
  const beside = existsSync(join(prefix, "include", "node", "node.h"));
  await runCommand("npm", ["exec", "--offline", "--", "node-pre-gyp", "install", "--build-from-source"], {
    cwd: folder,
    signal,
    env: beside ? { npm_config_nodedir: prefix } : {},
    explain: explainBuild,
  });
  await rm(join(folder, "build"), { recursive: true, force: true });
  if (!existsSync(await addonFile(folder))) throw failed(folder, "the build left no addon");
}

/** Where the built addon stands in the package. */
export async function addonFile(folder: string): Promise<string> {
  const { binary } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    binary: { module_name: string; module_path: string; napi_versions: number[] };
  };
  const newest = Math.max(
    ...binary.napi_versions.filter((version) => version <= Number(process.versions.napi)),
  );
  const place = binary.module_path.replace("{napi_build_version}", String(newest));
  return join(folder, place, `${binary.module_name}.node`);
}

function explainBuild(printed: string): string {
  if (/no space left/i.test(printed)) return "the disk is full";
  const error = printed.split("\n").find((line) => /\berror:|undefined reference|cannot find/i.test(line));
  return `the addon does not build: ${error?.trim() ?? "see npm's log"}`;
}

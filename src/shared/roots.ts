/** Where data and weights are looked up: roots that hold `data/<dataset>/` and `weights/<name>`. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** File endings of weights, in the order of preference. */
const WEIGHT_ENDINGS = [".safetensors", ".pth"] as const;

/** The user's cache: downloads and activations. `ANTBEE_CACHE` moves it. */
export function userCache(): string {
  const { ANTBEE_CACHE, XDG_CACHE_HOME } = process.env;
  return ANTBEE_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "antbee");
}

/** The roots in order: `ANTBEE_DATA` (a list), the working folder and its `data`, `../shared`, the user's cache. */
export function dataRoots(): string[] {
  const named = (process.env.ANTBEE_DATA ?? "").split(delimiter).filter(Boolean);
  return [...named, ".", "data", "../shared", userCache()].map((root) => resolve(root));
}

/** The first root's folder of that dataset, or undefined. */
export function findDatasetFolder(folder: string): string | undefined {
  return candidates("data", folder).find((path) => existsSync(path));
}

/** A weight file in a data root, in whichever form it stands there, or undefined. */
export function findWeights(file: string): string | undefined {
  const name = file.replace(/\.(safetensors|pth)$/, "");
  return WEIGHT_ENDINGS.flatMap((ending) => candidates("weights", name + ending)).find((path) =>
    existsSync(path),
  );
}

function candidates(below: string, name: string): string[] {
  return dataRoots().flatMap((root) => [join(root, below, name), join(root, name)]);
}

/** A file that ships with antbee, by its path below the package's root; the same from sources and from the build. */
export function packageFile(path: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, path);
}

/** A path in a user's file: taken from the working folder, or else from the package, whose scenes anyone may name. */
export function resolveUserPath(path: string): string {
  const shipped = packageFile(path);
  return !existsSync(path) && existsSync(shipped) ? shipped : resolve(path);
}

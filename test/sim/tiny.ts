/** Small scenes for tests, and helpers to look into a rendered folder. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll } from "vitest";
import { stringify } from "yaml";
import { parseScene, type SceneSpec } from "../../sim/scene/scene.js";
import { sha256 } from "../../src/shared/files.js";

/** Two surface programs only, so that a fresh process has little to compile. */
export function tinyScene(overrides: object = {}): SceneSpec {
  return parseScene({
    name: "tiny",
    image: { width: 64, height: 48, format: "jpg" },
    subject: {
      count: { choice: [1, 2] },
      antPreset: { choice: ["lasius", "atta"] },
      heading: { uniform: [-180, 180] },
      variation: 0.05,
    },
    surroundings: { ground: "plain", backdrop: "plain" },
    camera: { elevation: { uniform: [20, 70] }, azimuth: { uniform: [-180, 180] } },
    sensor: { shotNoise: 0.02, quality: 90 },
    ...overrides,
  });
}

/** Writes a tiny scene's file into a folder. @returns its path */
export async function tinySceneFile(folder: string, name = "tiny"): Promise<string> {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, stringify(tinyScene()));
  return path;
}

const folders: string[] = [];

/** A fresh folder's name; nothing stands there yet. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "antbee-sim-"));
  folders.push(folder);
  return join(folder, "out");
}

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Hash of every file below `dir` whose path matches. */
export async function hashes(
  dir: string,
  matching = /^(images|masks|annotations)\//,
): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  const found: Record<string, string> = {};
  for (const path of paths.sort()) {
    const name = relative(dir, path);
    if (matching.test(name)) found[name] = sha256(await readFile(path));
  }
  return found;
}

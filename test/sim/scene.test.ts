import { readdirSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FACTOR_GROUPS, loadScene, parseScene, sceneHash } from "../../sim/scene.js";

const scenes = readdirSync("scenes").filter((name) => name.endsWith(".yaml"));

describe.each(scenes)("scenes/%s", (name) => {
  it("loads, and carries its file's name", async () => {
    const spec = await loadScene(join("scenes", name));
    expect(`${spec.name}.yaml`).toBe(name);
  });
});

async function message(yaml: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "antbee-scene-")), "scene.yaml");
  await writeFile(path, yaml);
  const error = await loadScene(path).then(
    () => new Error("accepted"),
    (e) => e,
  );
  expect(error).toMatchObject({ exitCode: 2 });
  expect(error.message).toContain(path);
  expect(error.message).not.toContain("\n");
  return error.message;
}

describe("bad scene files end in one sentence with the key's path", () => {
  it.each([
    ["name: a\ncamera: {elevatoin: 3}", /camera\.elevatoin/],
    ["name: a\nweather: {rain: 1}", /weather/],
    [
      "name: a\ncamera: {elevation: {uniform: [60, 20]}}",
      /camera\.elevation\.uniform: expected low below high/,
    ],
    [
      "name: a\ncamera: {elevation: {ants: 30, bees: {uniform: [60, 20]}}}",
      /camera\.elevation\.bees\.uniform/,
    ],
    ["name: a\ncamera: {elevation: {ants: 30}}", /camera\.elevation\.bees/],
    ["name: a\nsubject: {antPreset: {choice: [lasius, termite]}}", /subject\.antPreset\.choice\.1.*lasius/],
    [
      "name: a\nsurroundings: {ground: {choice: [soil, sand], weights: [0, 0]}}",
      /surroundings\.ground\.weights/,
    ],
    ["name: a\nimage: {width: 0}", /image\.width/],
    ["name: a\nimage: {format: gif}", /image\.format.*jpg/],
    ["camera: {}", /name/],
    ["name: a\ncamera: [", /YAML/],
    ["just text", /expected/],
  ])("%j", async (yaml, pattern) => {
    expect(await message(yaml)).toMatch(pattern);
  });
});

describe("the hash", () => {
  it("counts defaults as if they were written", () => {
    const camera = parseScene({ name: "a" }).camera;
    expect(sceneHash(parseScene({ name: "a", camera }))).toBe(sceneHash(parseScene({ name: "a" })));
  });

  it("does not depend on the order of keys", () => {
    const one = parseScene({ name: "a", light: { sun: 0.1, flash: 1 } });
    const other = parseScene({ light: { flash: 1, sun: 0.1 }, name: "a" });
    expect(sceneHash(one)).toBe(sceneHash(other));
  });

  it("changes with any factor", () => {
    const base = sceneHash(parseScene({ name: "a" }));
    expect(sceneHash(parseScene({ name: "a", sensor: { quality: 91 } }))).not.toBe(base);
    expect(sceneHash(parseScene({ name: "a", image: { width: 257 } }))).not.toBe(base);
  });
});

it("knows six factor groups", () => {
  expect(Object.keys(FACTOR_GROUPS)).toEqual([
    "subject",
    "surroundings",
    "light",
    "camera",
    "sensor",
    "occluders",
  ]);
});

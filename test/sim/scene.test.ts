import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FACTOR_GROUPS } from "../../sim/scene/factors.js";
import { loadScene, parseScene, sceneHash } from "../../sim/scene/scene.js";
import { temporaryFolder } from "../support.js";

const scenes = readdirSync("scenes").filter((name) => name.endsWith(".yaml"));

/** Of datasets and runs that stand on people's disks: they are found again only while these stay. */
const HASHES: Record<string, string> = {
  "background-only.yaml": "cafc21d183f1d499fd8d7875c979968196a848f0a23323911cae0d0ff083ea09",
  "closeup.yaml": "124bc9255826705d626610ed0851510819166ac164d99aa803ce363d36f42bbb",
  "crowd.yaml": "064b8426c4177d17de538f73036be50de66ebb3dd87a3b42fec4d89e4744b58a",
  "decorrelated.yaml": "e03265082c59a85aafdd019fc01c38e580e0e6c17805ceb1bd1779a8389d06d4",
  "standard.yaml": "4f73511ba7a67172d1bc8d1e9ad799e3c7b50b2e103e191256bb0445c0bee02e",
  "standin.yaml": "56a5b57dcf676a9ad72683e6e86700743509c4f98938db93ce4d9eb824a7c096",
  "wide.yaml": "6fc7f2f139053f5039ca8c572c63d292501a162f651a667449024611b347ff71",
};

describe.each(scenes)("scenes/%s", (name) => {
  it("has the hash that its datasets carry", async () => {
    expect(sceneHash(await loadScene(join("scenes", name)))).toBe(HASHES[name]);
  });

  it("loads, and carries its file's name", async () => {
    const spec = await loadScene(join("scenes", name));
    expect(`${spec.name}.yaml`).toBe(name);
  });
});

async function message(yaml: string): Promise<string> {
  const path = join(await temporaryFolder(), "scene.yaml");
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

describe("a scene that extends another", () => {
  const files = async (texts: Record<string, string>): Promise<string> => {
    const folder = await temporaryFolder();
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    return folder;
  };

  it("takes over every factor that it does not write anew", async () => {
    const folder = await files({
      "base.yaml": "name: base\nimage: {width: 32}\ncamera: {elevation: 10, roll: 5}\nlight: {sun: 0.2}",
      "own.yaml": "name: own\nextends: base.yaml\ncamera: {roll: 7}\nlight: off",
    });
    const { name, image, camera, light } = await loadScene(join(folder, "own.yaml"));
    expect([name, image.width, camera.elevation, camera.roll]).toEqual(["own", 32, 10, 7]);
    expect(light).toEqual(parseScene({ name: "plain" }).light);
  });

  it.each([
    ["extends: own.yaml", /own\.yaml: extends: expected another scene, found this one again/],
    ["extends: none.yaml", /none\.yaml: expected a file, found nothing there/],
    ["extends: [a]", /own\.yaml: extends: expected the path of a scene file, found \["a"\]/],
    ["extends: base.yaml\nlight: {sun: 7}", /own\.yaml: light\.sun/],
  ])("refuses %j", async (text, pattern) => {
    const folder = await files({ "own.yaml": `name: own\n${text}`, "base.yaml": "name: base" });
    await expect(loadScene(join(folder, "own.yaml"))).rejects.toThrow(pattern);
  });
});

describe("every factor", () => {
  const neutral = parseScene({ name: "a" });

  it.each(FACTOR_GROUPS)("of %s is known by name, and the whole group can be switched off", (group) => {
    const factors = Object.keys(neutral[group]);
    expect(factors.length).toBeGreaterThan(2);
    const misspelt = () => parseScene({ name: "a", [group]: { [`${factors[0]}x`]: 1 } });
    expect(misspelt).toThrow(new RegExp(`${group}\\.${factors[0]}x: expected no such key`));
    expect(sceneHash(parseScene({ name: "a", [group]: "off" }))).toBe(sceneHash(neutral));
    expect(() => parseScene({ name: "a", [group]: "on" })).toThrow(new RegExp(`${group}: expected`));
  });

  it.each(
    FACTOR_GROUPS.flatMap((group) =>
      Object.entries(neutral[group]).map(([key, value]) => [group, key, value] as const),
    ),
  )("%s.%s can be fixed, drawn, and drawn for each class", (group, key, value) => {
    for (const factor of [value, { choice: [value] }, { ants: value, bees: { choice: [value] } }])
      expect(parseScene({ name: "a", [group]: { [key]: factor } })[group]).toHaveProperty(key, factor);
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
  expect(FACTOR_GROUPS).toEqual(["subject", "surroundings", "light", "camera", "sensor", "occluders"]);
});

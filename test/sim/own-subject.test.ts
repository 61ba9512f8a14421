/** A third class, and a surrounding, that antbee knows nothing of: through worker processes into every format. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { CocoFile } from "../../sim/dataset/coco.js";
import { extensionsAt, referencesOf } from "../../sim/dataset/extension-references.js";
import {
  datasetManifest,
  exportDataset,
  loadScene,
  mergeDataset,
  parseScene,
  readRecords,
  renderDataset,
  replaySample,
  resolveScene,
  type SampleRecord,
  type SceneSpec,
  type Subject,
  sceneHash,
  validateDataset,
  writeContactSheet,
} from "../../sim/index.js";
import { checkExtensions, type Extensions } from "../../sim/renderer/extensions.js";
import { readJson } from "../../src/shared/files.js";
import { freshFolder, hashes, tinyScene } from "./tiny.js";
import { shelf, wasp } from "./wasp.js";

const COUNT = 18;
const CLASSES = ["ants", "bees", "wasps"];
const own: Extensions = { subjects: [wasp], surroundings: [shelf] };
const threeClasses = (overrides: object = {}): SceneSpec =>
  parseScene(
    {
      ...tinyScene(),
      classes: ["wasps", "ants", "bees"],
      surroundings: {
        support: { ants: "ground", bees: "ground", wasps: "shelf" },
        ground: "plain",
        backdrop: "plain",
      },
      subject: { waspPreset: { choice: ["vespula", "ammophila"] }, wingSpread: 0.3 },
      ...overrides,
    },
    "three",
    own,
  );

let dir: string;
let records: SampleRecord[];

beforeAll(async () => {
  dir = await freshFolder();
  const options = { scene: threeClasses(), out: dir, count: COUNT, extensions: own };
  await renderDataset({
    ...options,
    passes: ["masks", "boxes", "keypoints", "semantic", "parts"],
    workers: 2,
  });
  await mergeDataset(dir);
  records = [...(await readRecords(dir)).values()];
});

const wasps = () => records.filter(({ label }) => label === "wasps");

describe("a dataset of three classes", () => {
  it("holds every class alike, in folders and splits", async () => {
    for (const name of CLASSES) {
      const splits = records.filter(({ label }) => label === name).map(({ split }) => split);
      expect(splits.filter((split) => split === "train")).toHaveLength(5);
      expect(splits.filter((split) => split === "val")).toHaveLength(1);
    }
    for (const { image, label, split } of records) expect(image).toMatch(`images/${split}/${label}/`);
  });

  it("names its classes in the manifest, with what labels need of the one that is not antbee's", async () => {
    const { classes, cards } = await datasetManifest(dir);
    expect(classes).toEqual(CLASSES);
    expect(cards).toEqual([{ name: "wasps", keypoints: wasp.keypoints, skeleton: wasp.skeleton }]);
  });

  it("labels wasps by their own points and parts, and by the third category", async () => {
    for (const { instances, labels } of wasps()) {
      expect(instances.length).toBeGreaterThan(0);
      for (const { keypoints, label } of instances) {
        expect(label).toBe("wasps");
        expect(keypoints).toHaveLength(3 * wasp.keypoints.length);
      }
      const levels = async (path: string) =>
        new Set(await sharp(join(dir, path)).extractChannel(0).raw().toBuffer());
      expect([...(await levels(labels.semantic!))].sort()).toEqual([0, 3]);
      const parts = await levels(labels.parts!);
      expect(Math.max(...parts)).toBeLessThanOrEqual(wasp.parts.length);
      expect(parts.has(wasp.parts.indexOf("abdomen") + 1)).toBe(true);
    }
  });

  it("draws each preset that its scene names, and both of two wasps", () => {
    expect(new Set(wasps().map(({ resolved }) => resolved.kind.preset))).toEqual(
      new Set(["vespula", "ammophila"]),
    );
  });

  it("is merged into COCO files of three categories", async () => {
    const { categories, annotations } = await readJson<CocoFile>(
      join(dir, "annotations/instances_train.json"),
    );
    expect(categories.map(({ id, name }) => [id, name])).toEqual([
      [1, "ants"],
      [2, "bees"],
      [3, "wasps"],
    ]);
    expect(categories[2]).toMatchObject({
      keypoints: wasp.keypoints,
      skeleton: [
        [1, 2],
        [2, 3],
      ],
    });
    expect(new Set(annotations.map((one) => one.category_id))).toEqual(new Set([1, 2, 3]));
  });

  it("has no fault, and shows itself without the module that drew it", async () => {
    expect((await validateDataset(dir)).faults).toEqual([]);
    const sheet = await writeContactSheet(dir, 4, { masks: true }, join(dir, "..", "sheet.png"));
    expect((await sharp(sheet).metadata()).width).toBe(448);
  });

  it("is exported with three classes", async () => {
    const exported = async (format: string) => {
      const out = await freshFolder();
      await exportDataset(dir, format, out);
      return out;
    };
    const { categories } = await readJson<CocoFile>(
      join(await exported("coco"), "annotations/instances_val.json"),
    );
    expect(categories.map(({ name }) => name)).toEqual(CLASSES);
    const yolo = await exported("yolo");
    expect(await readFile(join(yolo, "data.yaml"), "utf8")).toMatch(/- ants\n {2}- bees\n {2}- wasps/);
    const { index, split } = wasps()[0]!;
    const name = String(index).padStart(6, "0");
    expect(await readFile(join(yolo, "labels", split, `${name}.txt`), "utf8")).toMatch(/^2 /);
    const voc = await exported("voc");
    expect(await readFile(join(voc, "Annotations", `${name}.xml`), "utf8")).toContain("<name>wasps</name>");
    const folders = Object.keys(await hashes(await exported("imagefolder"), /\.jpg$/));
    expect(folders.filter((path) => path.startsWith("train/wasps/"))).toHaveLength(5);
  });

  it("replays a wasp byte for byte, with its module and not without", async () => {
    const { index } = wasps()[0]!;
    expect(await replaySample(dir, index, own)).toMatchObject({ identical: true });
    await expect(replaySample(dir, index)).rejects.toThrow(
      /classes\.2: expected one of ants, bees, found "wasps"/,
    );
  });
});

describe("classes of a scene", () => {
  const message = (scene: object, extensions?: Extensions) => {
    try {
      parseScene({ name: "a", ...scene }, "scene", extensions);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };

  it("are the same scene whether antbee's two are named, in any order, or left out", () => {
    const bare = parseScene({ name: "a" });
    expect(parseScene({ name: "a", classes: ["bees", "ants"] })).toEqual(bare);
    expect(sceneHash(parseScene({ name: "a", classes: ["ants"] }))).not.toBe(sceneHash(bare));
  });

  it("can be one", () => {
    const spec = parseScene({ name: "a", classes: ["bees"], surroundings: { swap: true } });
    for (let i = 0; i < 6; i++) expect(resolveScene(spec, 0, i).label).toBe("bees");
    expect(message({ classes: ["bees"], subject: { antPose: "walking" } })).toMatch(
      /subject\.antPose: expected no such key/,
    );
  });

  it.each([
    [{ classes: ["ants", "flies"] }, /^scene: classes\.1: expected one of ants, bees, found "flies"$/],
    [{ classes: ["ants", "ants"] }, /classes: expected classes that differ/],
    [{ classes: [] }, /classes: expected/],
    [{ classes: "ants" }, /classes: expected a list, found "ants"/],
    [{ camera: { roll: { ants: 3, bees: 3, wasps: 3 } } }, /camera\.roll\.wasps: expected no such key/],
    [{ subject: { waspPreset: "vespula" } }, /subject\.waspPreset: expected no such key/],
  ])("refuses %j", (scene, pattern) => {
    expect(message(scene)).toMatch(pattern);
  });

  it.each([
    [{ camera: { roll: { ants: 3, bees: 3 } } }, /camera\.roll\.wasps: expected a number, found nothing/],
    [{ subject: { waspPreset: "hornet" } }, /subject\.waspPreset: expected one of vespula, ammophila/],
    [{ surroundings: { support: "moss" } }, /surroundings\.support: expected one of .*twig, shelf/],
  ])("with three, refuses %j", (scene, pattern) => {
    expect(message({ classes: CLASSES, ...scene }, own)).toMatch(pattern);
  });

  it("swap surroundings with either of the others", () => {
    const spec = threeClasses({
      surroundings: { swap: true, support: { ants: "leaf", bees: "flower", wasps: "shelf" } },
    });
    const seen = new Map<string, Set<string>>();
    for (let i = 0; i < 72; i++) {
      const { label, surroundings } = resolveScene(spec, 0, i, own.subjects);
      seen.set(label, (seen.get(label) ?? new Set()).add(surroundings.support));
    }
    expect(Object.fromEntries([...seen].map(([label, supports]) => [label, [...supports].sort()]))).toEqual({
      ants: ["flower", "shelf"],
      bees: ["leaf", "shelf"],
      wasps: ["flower", "leaf"],
    });
  });

  it("leave every number of the other classes' own factors where they were", async () => {
    const two = await loadScene("scenes/standard.yaml");
    const { support: _, ...surroundings } = two.surroundings;
    const three = parseScene({ ...two, surroundings, classes: CLASSES }, "three", own);
    const ants = (spec: SceneSpec) =>
      Array.from({ length: 60 }, (_, i) => resolveScene(spec, 0, i, own.subjects)).filter(
        ({ label }) => label === "ants",
      );
    const others = new Map(ants(three).map((scene) => [scene.index, scene]));
    const shared = ants(two).filter(({ index }) => others.has(index));
    expect(shared.length).toBeGreaterThan(3);
    for (const scene of shared) {
      const { kind, subjects, camera } = others.get(scene.index)!;
      expect({ kind, subjects, camera }).toEqual({
        kind: scene.kind,
        subjects: scene.subjects,
        camera: scene.camera,
      });
    }
  });
});

describe("an object that is no subject", () => {
  const refusal = (subject: object) => {
    try {
      checkExtensions({ subjects: [{ ...wasp, ...subject }] });
    } catch (error) {
      return `${(error as { exitCode: number }).exitCode} ${(error as Error).message}`;
    }
    return "accepted";
  };

  it.each([
    [
      { axis: { front: "nose", back: "tip" } },
      /^2 subject wasp: axis\.front: expected one of head, thorax, tip/,
    ],
    [{ skeleton: [["head", "tail"]] }, /skeleton\.0\.1: expected one of head/],
    [{ neutral: { preset: "hornet", pose: "resting" } }, /neutral\.preset: expected one of vespula/],
    [{ className: "wasps & flies" }, /className: expected a plain word/],
    [{ className: "choice" }, /className: expected a name that no draw has/],
    [{ keypoints: ["head", "head"] }, /keypoints: expected names that differ/],
    [{ poses: [] }, /poses/],
    [{ build: 3 }, /build: expected a function/],
    [
      { presets: { a: wasp.presets.vespula!, b: { shape: { bodyLength: 1 } } } },
      /presets: expected presets whose/,
    ],
    [{ name: "ant" }, /subject ant: expected a name of its own, found it twice/],
    [{ className: "bees" }, /class bees: expected a name of its own, found it twice/],
  ])("%j is named", (change, pattern) => {
    expect(refusal(change)).toMatch(pattern);
  });

  it("is accepted as it is", () => expect(refusal({})).toBe("accepted"));
});

describe("where worker processes look", () => {
  /** What this process hands over, and what a worker finds by it. */
  const lookUp = async (subject: Partial<Subject>) =>
    extensionsAt(referencesOf({ subjects: [{ ...wasp, ...subject }] }));
  const refusal = (subject: Partial<Subject>) =>
    lookUp(subject).then(
      () => "accepted",
      (error) => `${error.exitCode} ${error.message}`,
    );
  const { url } = wasp.module;

  it.each([
    [
      { module: undefined },
      /^2 subject wasp: module: expected the module that exports it, .* found nothing$/,
    ],
    [{ module: { url, export: "hornet" } }, /wasp\.ts: expected an export named hornet, found none$/],
    [{ module: { url, export: "nothing" } }, /^2 nothing of .*wasp\.ts: expected a subject, found null$/],
    [{ module: { url, export: "shelf" } }, /^2 shelf of .*: expected subject wasp, found "shelf"$/],
    [{ name: "hornet" }, /^2 wasp of .*wasp\.ts: expected subject hornet, found "wasp"$/],
    [
      { module: { url: "file:///nowhere/wasp.js", export: "wasp" } },
      /^2 file:\/\/\/nowhere\/wasp\.js: expected a module that can be loaded, found Cannot find module/,
    ],
  ])("%j is named with what was looked for", async (change, pattern) => {
    expect(await refusal(change)).toMatch(pattern);
  });

  it("a subject is found by its module", async () => expect(await refusal({})).toBe("accepted"));
});

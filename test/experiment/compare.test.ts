/** Reports from run folders: rebuilt byte for byte, without checkpoints. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import type { Comparison } from "../../eval/comparison/schema.js";
import { writePredictions } from "../../eval/predictions/csv.js";
import type { DomainRecord } from "../../src/experiment/predict/domain-record.js";
import { compareRuns } from "../../src/experiment/report/compare.js";
import { writeDuplicates } from "../../src/experiment/report/duplicates.js";
import type { ExperimentEvent } from "../../src/experiment/spec/events.js";
import {
  BEFORE_PREDICTIONS,
  backgroundPredictions,
  checkpointFile,
  claimRun,
  featuresFile,
  finishRun,
  heatMapsFile,
  metricsFile,
  predictionsFile,
  type RunRecord,
  recordFiles,
  SOURCE_PREDICTIONS,
  sealedPredictionsFile,
} from "../../src/experiment/store/store.js";
import { writeJson } from "../../src/shared/files.js";
import { stream } from "../../src/shared/rng.js";
import type { Predictions, Track } from "../../src/shared/types.js";
import { madeUpPredictions } from "../eval/made-up.js";
import { fault, lastingFolder } from "../support.js";

const TARGET = "hymenoptera";
const ARMS: [name: string, track: Track, skill: number][] = [
  ["source-only", "source-only", 1.5],
  ["another-full", "full", 3],
  ["oracle", "oracle", 4],
];

/** Everything that training and prediction leave in a run's folder, on images of one colour. */
async function writeRun(out: string, images: string, experiment: string, position: number, seed: number) {
  const [arm, track, skill] = ARMS[position]!;
  const config = {
    experiment,
    arm,
    seed,
    views: experiment === "wide" ? 8 : 4,
    lineage: [{ name: arm, track }],
  };
  const folder = join(out, experiment, arm, `seed-${seed}`);
  await claimRun(out, config);
  const source = madeUpPredictions(SOURCE_PREDICTIONS, [12, 12], 4, seed);
  const target = madeUpPredictions(TARGET, [20, 20], skill, seed);
  await writePredictions(predictionsFile(folder, BEFORE_PREDICTIONS), source);
  for (const predictions of [source, target]) await writeDomain(folder, images, predictions, arm);
  if (track === "source-only") await writeBackground(folder, seed);
  await writeFile(
    metricsFile(folder),
    `${JSON.stringify({ phase: "head", epoch: 1, trainAccuracy: 0.9 })}\n`,
  );
  await writeFile(checkpointFile(folder), "weights");
  await finishRun(out, config, record({ experiment, arm, track, seed, position }));
}

/** The background-only check. */
async function writeBackground(folder: string, seed: number) {
  const source = madeUpPredictions(backgroundPredictions(SOURCE_PREDICTIONS), [12, 12], 1, seed);
  await writePredictions(predictionsFile(folder, source.dataset), source);
  const target = madeUpPredictions(TARGET, [20, 20], 0, seed);
  await writePredictions(predictionsFile(folder, backgroundPredictions(TARGET)), target);
}

async function writeDomain(folder: string, images: string, predictions: Predictions, arm: string) {
  const { dataset, rows } = predictions;
  await writePredictions(predictionsFile(folder, dataset), predictions);
  const draw = stream(0, dataset, arm === "another-full" ? "moved" : "frozen");
  const features = Float32Array.from({ length: rows.length * 6 }, () => draw.normal(0, 1));
  await writeSafetensors(featuresFile(folder, dataset), {
    features: { shape: [rows.length, 6], data: features },
  });
  const heat = Float32Array.from({ length: rows.length * 4 }, () => draw.uniform(0, 1));
  await writeSafetensors(heatMapsFile(folder, dataset), {
    heatmaps: { shape: [rows.length, 2, 2], data: heat },
  });
  const root = join(images, dataset);
  const statistics = { brightness: 0.5, contrast: 0.1, colourfulness: 0.2, warmth: 0, sharpness: 0.1 };
  const domain: DomainRecord = {
    root,
    preprocessing: { size: 16, resize: 20, mean: [0, 0, 0], std: [1, 1, 1] },
    images: rows.map(({ id }) => ({ id, ...statistics })),
  };
  await writeJson(join(folder, "domains", `${dataset}.json`), domain);
  for (const { id } of rows) await writePicture(join(root, id));
}

async function writePicture(path: string) {
  if (existsSync(path)) return;
  await mkdir(join(path, ".."), { recursive: true });
  await sharp({ create: { width: 24, height: 20, channels: 3, background: "#484" } })
    .jpeg()
    .toFile(path);
}

const record = (of: Pick<RunRecord, "experiment" | "arm" | "track" | "seed" | "position">) => ({
  ...of,
  backend: "wasm",
  preview: false,
  target: { dataset: TARGET, kind: "real" as const, split: "val", n: 40 },
  backbone: { name: "b", weights: "w", sha256: "0".repeat(64), pretraining: "none" },
  inputs: [{ name: "scene", sha256: "1".repeat(64) }],
  k: null,
  synthetic: of.track !== "oracle",
  source: { scene: "s.yaml", sha256: "1".repeat(64), n: 24 },
  uses: "as its track says",
  selection: "fixed",
  epochs: [1],
  seconds: 2,
});

describe("compareRuns", () => {
  let out: string;
  let images: string;
  let comparison: Comparison;
  const options = (report: string) => ({ report: join(out, report), out, command: "npx antbee compare" });

  beforeAll(async () => {
    out = await lastingFolder();
    images = join(out, "images");
    for (const seed of [0, 1])
      for (const position of ARMS.keys()) await writeRun(out, images, "narrow", position, seed);
    await writeDuplicates(out, { dataset: TARGET, images: 80, method: "By eye.", exact: [], near: [] });
    comparison = await compareRuns([join(out, "narrow")], options("first"));
  });

  it("gives the same bytes again without a checkpoint", async () => {
    for (const seed of [0, 1])
      for (const [arm] of ARMS) await rm(checkpointFile(join(out, "narrow", arm, `seed-${seed}`)));
    await compareRuns([join(out, "narrow")], options("second"));
    const files = await filesBelow(join(out, "first"));
    expect(await filesBelow(join(out, "second"))).toEqual(files);
    for (const file of files)
      expect(await readFile(join(out, "second", file)), file).toEqual(
        await readFile(join(out, "first", file)),
      );
  });

  it("keeps the experiment's order of arms, whatever their folders are called", () => {
    expect(comparison.arms.map((arm) => arm.name)).toEqual(ARMS.map(([name]) => name));
  });

  it("copies the predictions that every figure recomputes from", async () => {
    const copied = join(out, "first", "predictions", "another-full", "seed-1");
    expect((await readdir(copied)).sort()).toEqual(["hymenoptera.csv", "source-before.csv", "source.csv"]);
    const from = predictionsFile(join(out, "narrow", "another-full", "seed-1"), TARGET);
    expect(await readFile(join(copied, "hymenoptera.csv"), "utf8")).toBe(await readFile(from, "utf8"));
  });

  it("shows what the runs stored beside their predictions, and the last check for duplicates", () => {
    expect(comparison.distances.map((d) => d.arms)).toEqual([["source-only", "oracle"], ["another-full"]]);
    expect(comparison.embeddings[0]!.points).toHaveLength(64);
    expect(comparison.statistics[0]!.target.mean).toBeCloseTo(0.5, 12);
    expect(comparison.background!.seeds).toEqual([0, 1]);
    expect(comparison.background!.target!.n).toBe(40);
    expect(comparison.duplicates!.method).toBe("By eye.");
  });

  it("embeds renders, and no photograph unless it is asked for", async () => {
    const page = await readFile(join(out, "first", "index.html"), "utf8");
    const embedded = (html: string) => html.match(/<img /g)?.length ?? 0;
    const pictured = comparison.gallery.filter(({ kind }) => kind !== "right");
    const renders = pictured.filter(({ domain }) => domain === "source").length;
    const strips = 4 * comparison.classes.length;
    expect(embedded(page)).toBe(renders + strips);
    expect(page.match(/alt="Render \d of /g)).toHaveLength(strips);
    await compareRuns([join(out, "narrow")], { ...options("with-images"), withImages: true });
    const whole = await readFile(join(out, "with-images", "index.html"), "utf8");
    expect(embedded(whole)).toBe(pictured.length + strips);
  });

  it("still writes the report when the images are gone, and names them", async () => {
    await rm(images, { recursive: true });
    await compareRuns([join(out, "narrow")], options("bare"));
    expect(await readFile(join(out, "bare", "index.html"), "utf8")).not.toContain("<img ");
  });

  it("refuses features of other images than the predictions'", async () => {
    const folder = join(out, "narrow", "source-only", "seed-0");
    const path = featuresFile(folder, TARGET);
    const before = await readFile(path);
    await writeSafetensors(path, { features: { shape: [2, 6], data: new Float32Array(12) } });
    await expect(compareRuns([join(out, "narrow")], options("broken"))).rejects.toMatchObject(
      fault(2, /features.*: expected the file that the run wrote \(sha256 .*found another/),
    );
    await recordFiles(folder, [path]);
    await expect(compareRuns([join(out, "narrow")], options("broken"))).rejects.toThrow(
      `${path}: expected features of 40 images in 2 dimensions, found the shape [2,6]`,
    );
    await writeFile(path, before);
    await recordFiles(folder, [path]);
  });

  it("names a run that is not finished, in the report and as it works", async () => {
    const unfinished = { experiment: "narrow", arm: "oracle", seed: 2, lineage: [{ name: "oracle" }] };
    await claimRun(out, unfinished);
    const told: string[] = [];
    const on = (event: ExperimentEvent) => void told.push(event.type === "note" ? event.text : "");
    const { cautions } = await compareRuns([join(out, "narrow")], { ...options("unfinished"), on });
    expect(told).toEqual(["oracle, seed 2, is not finished and left out."]);
    expect(cautions).toContain(told[0]);
    await rm(join(out, "narrow", "oracle", "seed-2"), { recursive: true });
  });

  it("pools no runs of different backends, and names those that it sets against one another", async () => {
    for (const seed of [0, 1]) await writeRun(out, images, "elsewhere", 0, seed);
    const folder = join(out, "elsewhere", ARMS[0]![0]);
    const moveToNative = async (seed: number) => {
      const path = join(folder, `seed-${seed}`, "run.json");
      const { self: _, ...record } = JSON.parse(await readFile(path, "utf8"));
      await writeJson(path, { ...record, backend: "tensorflow" });
    };
    await moveToNative(1);
    await expect(compareRuns([folder], options("mixed"))).rejects.toMatchObject(
      fault(2, /seed-1: expected the backend of the other runs, "wasm", found "tensorflow"/),
    );
    await moveToNative(0);
    const both = await compareRuns([join(out, "narrow"), folder], options("both"));
    expect(both.backend).toBe("wasm and tensorflow");
    await rm(join(out, "elsewhere"), { recursive: true });
  });

  it("refuses runs whose labels are sealed still", async () => {
    const folder = join(out, "narrow", "oracle", "seed-1");
    const opened = predictionsFile(folder, TARGET);
    const before = await readFile(opened);
    await writePredictions(sealedPredictionsFile(folder, TARGET), madeUpPredictions(TARGET, [20, 20], 4, 1));
    await rm(opened);
    await expect(compareRuns([join(out, "narrow")], options("sealed"))).rejects.toMatchObject(
      fault(2, /hymenoptera\.csv: expected predictions whose labels were opened .*, found sealed ones/),
    );
    await writeFile(opened, before);
  });

  it("sets experiments against one another, with what differs between their configurations", async () => {
    for (const seed of [0, 1])
      for (const position of ARMS.keys()) await writeRun(out, images, "wide", position, seed);
    const both = await compareRuns([join(out, "narrow"), join(out, "wide")], options("backbones"));
    expect(both.experiments).toEqual({
      names: ["narrow", "wide"],
      changes: [{ path: "views", values: ["4", "8"] }],
    });
    const between = both.pairs.filter(({ a, b }) => a.startsWith("wide/") && b.startsWith("narrow/"));
    expect(between.map(({ a }) => a)).toEqual(ARMS.map(([name]) => `wide/${name}`));
    for (const { difference } of between) expect(difference.mean).toBe(0);
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();
}

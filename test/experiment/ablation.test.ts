/** An ablation on little input: through the chain, continued, repeated, and never near the sealed test. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { loadScene } from "../../sim/scene/scene.js";
import { type AblationOptions, type AblationResult, ablate } from "../../src/experiment/ablation/ablate.js";
import { ablationDryRun } from "../../src/experiment/ablation/dry-run.js";
import type { AblationPlan } from "../../src/experiment/ablation/plan.js";
import { planSource } from "../../src/experiment/source/source.js";
import type { ExperimentEvent } from "../../src/experiment/spec/events.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { sha256File } from "../../src/shared/files.js";
import { antbee, fault, lastingFolder, writeImage } from "../support.js";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

const spec = (changes: Partial<ExperimentSpec> = {}): ExperimentSpec => ({
  name: "small",
  source: { scene: "scenes/standard.yaml", count: 20, val: 4 },
  target: { dir: at("photos") },
  backbone: { name: "objectron_mobilenet_v2" },
  views: 1,
  seeds: [5],
  arms: {
    oracle: { track: "oracle", phases: [{ on: "target", train: "head", lr: 1e-3, epochs: 1 }] },
    head: { track: "source-only", phases: [{ on: "source", train: "head", optimizer: "exact" }] },
    deeper: {
      from: "head",
      track: "source-only",
      phases: [{ on: "source", train: { from: "features.18" }, lr: 1e-4, epochs: 1 }],
    },
  },
  ...changes,
});

const FACTORS = ["occluders", "lasius", "count=10"];
const told: ExperimentEvent[] = [];
const options = (more: AblationOptions = {}): AblationOptions => ({
  factors: FACTORS,
  seeds: 2,
  arm: "deeper",
  out: at("runs"),
  report: at("report"),
  on: (event) => told.push(event),
  ...more,
});

/** Renders stand for photographs: what is tested is the chain. */
beforeAll(async () => {
  folder = await lastingFolder();
  process.env.ANTBEE_CACHE = at("cache");
  const out = at("rendered");
  await renderDataset({ scene: await loadScene("scenes/standard.yaml"), out, count: 24, seed: 9 });
  for (const { id, path } of (await openImageFolder(join(out, "images"), "train")).items) {
    await mkdir(dirname(at("photos", id)), { recursive: true });
    await writeFile(at("photos", id), await readFile(path));
  }
  // Whoever looks for the sealed test fails: a file stands in its place.
  await writeFile(at("photos", "val"), "sealed");
}, 120_000);

describe("ablationDryRun", () => {
  it("plans without doing anything", async () => {
    const plan = await ablationDryRun(spec(), options());
    expect(plan).toMatchObject({ experiment: "small", arm: "deeper", renders: 2 * 3 * 24 });
    expect(plan.runs.filter(({ done }) => !done)).toHaveLength(8);
    expect([...new Set(plan.runs.map(({ variant }) => variant))]).toEqual([
      "full-20",
      "without-occluders-20",
      "without-lasius-20",
      "full-10",
    ]);
    expect(plan.seconds).toBeGreaterThan(plan.renders * 0.01);
    expect(existsSync(at("runs"))).toBe(false);
  });
});

describe("ablate", () => {
  let result: AblationResult;

  it("goes on where it was interrupted, and says how long it will take", async () => {
    const stop = new Error("interrupted");
    const on = (event: ExperimentEvent) => {
      if (event.type === "variant" && event.done === 2) throw stop;
    };
    await expect(ablate(spec(), options({ on }))).rejects.toBe(stop);
    expect(existsSync(at("report"))).toBe(false);
    result = await ablate(spec(), options());
    expect(result.tally).toEqual({ rendered: 24 * 4, rendersReused: 24 * 2, trained: 6, trainedReused: 2 });
    const variants = told.flatMap((event) => (event.type === "variant" ? [event] : []));
    expect(variants.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { total, secondsLeft } of variants) {
      expect(total).toBe(6);
      expect(secondsLeft).toBeGreaterThan(0);
    }
  }, 180_000);

  it("measures every variant on the training images, by the arm that was asked for", () => {
    const { ablation } = result;
    expect(ablation).toMatchObject({ arm: "deeper", seeds: [0, 5], target: { split: "train", n: 20 } });
    expect(ablation.variants.map(({ kind, factor, count }) => [kind, factor, count])).toEqual([
      ["factor", "occluders", 20],
      ["preset", "lasius", 20],
      ["count", null, 10],
    ]);
    for (const { difference, target, smallest } of ablation.variants) {
      expect(difference.mean).toBeCloseTo(target.mean - ablation.full.target.mean, 12);
      expect(smallest!.family).toBeGreaterThanOrEqual(smallest!.alone);
    }
  });

  it("opens no label of the sealed test, tells of no opening and leaves no ledger", async () => {
    expect(told.filter(({ type }) => type === "opening")).toEqual([]);
    expect(existsSync(at("runs", "ledger.jsonl"))).toBe(false);
    expect(await readFile(at("photos", "val"), "utf8")).toBe("sealed");
    const rows = (await readFile(at("report/predictions/full-20/seed-0/folder.csv"), "utf8"))
      .trim()
      .split("\n");
    expect(rows).toHaveLength(21);
    for (const row of rows.slice(1)) expect(row).toMatch(/^train\//);
  });

  it("has no way to the sealed test", () => {
    // @ts-expect-error the target of an ablation has no test images
    const test = (plan: AblationPlan) => plan.target.test;
    // @ts-expect-error nor the name of their split
    const split = (plan: AblationPlan) => plan.target.testSplit;
    expect([test, split]).toHaveLength(2);
  });

  it("renders the whole scene into the folder that a run renders into", async () => {
    const { folder: renders } = await planSource({ scene: "scenes/standard.yaml", count: 20, val: 4 }, 5, {
      out: at("runs"),
    });
    expect(existsSync(join(renders, "images"))).toBe(true);
  });

  it("does nothing twice, and another factor needs its own renders alone", async () => {
    const again = await ablate(spec(), options());
    expect(again.tally).toEqual({ rendered: 0, rendersReused: 0, trained: 0, trainedReused: 8 });
    expect(again.ablation.variants).toEqual(result.ablation.variants);
    const more = await ablate(spec(), options({ factors: ["occluders", "sensor.blur"] }));
    expect(more.tally).toEqual({ rendered: 48, rendersReused: 0, trained: 2, trainedReused: 4 });
  }, 120_000);

  it("shows each scene beside the whole one", async () => {
    const page = await readFile(at("report/index.html"), "utf8");
    expect(page).toContain('src="data:image/jpeg;base64,');
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(existsSync(at("report/figures/scenes.jpg"))).toBe(true);
  });

  it("is a command that prints its result", async () => {
    const file = at("small.yaml");
    await writeFile(file, JSON.stringify(spec()));
    const { code, stdout, stderr } = await antbee(
      ["ablate", file, "--factors", FACTORS.join(), "--seeds", "0,5", "--arm", "deeper", "--json"].concat([
        "--out",
        at("runs"),
        "--report",
        at("report"),
      ]),
      { env: { ANTBEE_CACHE: at("cache") } },
    );
    expect(code).toBe(0);
    expect(stderr).toContain("no test image is seen");
    const printed = JSON.parse(stdout);
    expect(printed.variants).toEqual(JSON.parse(JSON.stringify(result.ablation.variants)));
    expect(printed.tally).toMatchObject({ trained: 0, trainedReused: 8 });
  });
});

describe("a target that an ablation may not see", () => {
  it("has images of a sealed test among its training images, whatever they are called", async () => {
    await writeImage(at("mixed/train/ants/a.jpg"), [10, 20, 30]);
    await writeImage(at("mixed/train/bees/b.jpg"), [200, 20, 30]);
    const files = datasets.hymenoptera.files as Map<string, string>;
    const id = "val/made-up/sealed.jpg";
    files.set(id, await sha256File(at("mixed/train/bees/b.jpg")));
    const refused = ablationDryRun(spec({ target: { dir: at("mixed") } }), options());
    await expect(refused).rejects.toMatchObject(
      fault(
        2,
        /mixed: train: expected training images that are in no sealed test, found some of hymenoptera val/,
      ),
    );
    files.delete(id);
  });
});

/**
 * The same small experiment and seed on both engines that are used for work: its predictions lie within a stated distance.
 * The conformance suite holds a small training on each against cpu, where a whole experiment takes minutes.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { BackendName } from "../../adapt/backend/backend.js";
import { readPredictions } from "../../eval/predictions/csv.js";
import { runExperiment } from "../../src/experiment/run.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { ENGINES } from "../adapt/engines.js";
import { lastingFolder, writeImage } from "../support.js";

/** Of probabilities. Where several stages learn, wasm's threads draw the dropout of each share by itself. */
const DISTANCES = { "source-only": 1e-4, "full-low-lr": 1e-2 };

let folder: string;

beforeAll(async () => {
  folder = await lastingFolder();
  for (const [set, blue] of Object.entries({ renders: 20, photos: 90 }))
    for (const split of ["train", "val"])
      for (const [label, red] of Object.entries({ ants: 70, bees: 200 }))
        await writeImage(
          join(folder, set, split, label, "0.jpg"),
          [red, split === "train" ? 60 : 120, blue],
          64,
        );
});

afterEach(() => vi.unstubAllEnvs());

const spec = (): ExperimentSpec => ({
  name: "engines",
  source: { dataset: join(folder, "renders") },
  target: { dir: join(folder, "photos") },
  backbone: { name: "objectron_mobilenet_v2" },
  views: 0,
  arms: {
    "source-only": {
      track: "source-only",
      phases: [{ on: "source", train: "head", lr: 1e-2, epochs: 3, select: "last" }],
    },
    "full-low-lr": {
      from: "source-only",
      track: "full",
      phases: [{ on: "target", train: { from: "features.18" }, lr: 1e-3, epochs: 2, select: "last" }],
    },
  },
});

/** Probabilities of the first class by arm, run and predicted set, image after image. */
async function probabilitiesOn(engine: BackendName): Promise<Record<string, number[]>> {
  vi.stubEnv("ANTBEE_BACKEND", engine);
  vi.stubEnv("ANTBEE_CACHE", join(folder, "cache"));
  const out = join(folder, engine);
  const { runs } = await runExperiment(spec(), { out, report: join(out, "report") });
  const found: Record<string, number[]> = {};
  for (const { folder: run, arm } of runs)
    for (const name of (await readdir(join(run, "predictions"))).filter((file) => file.endsWith(".csv"))) {
      const { rows } = await readPredictions(join(run, "predictions", name));
      found[`${arm} ${name}`] = rows.map(({ p }) => p[0]!);
    }
  return found;
}

it.skipIf(!ENGINES.includes("tensorflow"))(
  `ends on TensorFlow's engine and on wasm within ${Object.values(DISTANCES).join(", ")}`,
  async () => {
    const [found, wanted] = [await probabilitiesOn("tensorflow"), await probabilitiesOn("wasm")];
    expect(Object.keys(found)).toEqual(Object.keys(wanted));
    expect(new Set(Object.values(wanted).flat()).size).toBeGreaterThan(3); // there is something to be apart in
    for (const [arm, distance] of Object.entries(DISTANCES))
      for (const [what, values] of Object.entries(wanted).filter(([name]) => name.startsWith(arm)))
        for (const [i, value] of values.entries())
          expect(Math.abs(found[what]![i]! - value), what).toBeLessThan(distance);
  },
);

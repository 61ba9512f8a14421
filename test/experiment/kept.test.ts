/** Runs that are kept beside a report: taken where their key holds, refused where their files were changed. */
import { existsSync } from "node:fs";
import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { describeDryRun, dryRun } from "../../src/experiment/plan/dry-run.js";
import { type RunResult, runExperiment } from "../../src/experiment/run.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { readRun } from "../../src/experiment/store/store.js";
import { filesBelow } from "../adapt/files.js";
import { fault, lastingFolder, writeImage } from "../support.js";

let folder: string;
let report: string;
let spec: ExperimentSpec;
let first: RunResult;

const head = (on: "source" | "target", lr = 1e-2) =>
  ({ on, train: "head", lr, epochs: 1, select: "last" }) as const;

beforeAll(async () => {
  folder = await lastingFolder();
  vi.stubEnv("ANTBEE_CACHE", join(folder, "cache"));
  report = join(folder, "report");
  for (const [root, blue] of Object.entries({ renders: 40, photos: 120 }))
    for (const [split, green] of Object.entries({ train: 90, val: 110 }))
      for (const [label, red] of Object.entries({ ants: 70, bees: 200 }))
        for (let i = 0; i < 4; i++)
          await writeImage(
            join(folder, root, split, label, `${i}.png.jpg`),
            [red + i, green, blue + 2 * i],
            64,
          );
  spec = {
    name: "small",
    source: { dataset: join(folder, "renders") },
    target: { dir: join(folder, "photos") },
    backbone: { name: "objectron_mobilenet_v2" },
    views: 1,
    arms: {
      base: { track: "source-only", phases: [head("source")] },
      full: { from: "base", track: "full", phases: [head("target")] },
      shots: {
        track: "k-shot",
        k: 2,
        draws: 2,
        phases: [{ on: "target", train: "head", optimizer: "exact" }],
      },
    },
  };
  first = await runExperiment(spec, { out: join(folder, "first"), report });
});

/** Another machine: the report alone, in a copy. */
async function clone(name: string) {
  const at = join(folder, `${name}-report`);
  await cp(report, at, { recursive: true });
  const notes: string[] = [];
  const options = {
    out: join(folder, name),
    report: at,
    on: (event: { type: string; text?: string }) => void (event.type === "note" && notes.push(event.text!)),
  };
  return { options, notes };
}

const keptOf = ({ runs }: RunResult) => runs.filter(({ kept }) => kept).map(({ arm }) => arm);

describe("a report with the runs that it was made of", () => {
  it("holds their figures' files and no features, weights or heat maps", () => {
    expect(keptOf(first)).toEqual([]);
    const names = filesBelow(join(report, "kept")).map((path) => path.slice(report.length + 1));
    expect(names.filter((name) => name.includes("/shots/")).sort()).toEqual([
      "kept/shots/seed-0/environment.json",
      "kept/shots/seed-0/metrics.jsonl",
      "kept/shots/seed-0/run.json",
    ]);
    expect(names.filter((name) => /safetensors|jpg|png/.test(name))).toEqual([]);
  });

  it("is made again without training, without an opening, and says so", async () => {
    const { options, notes } = await clone("again");
    const plan = await dryRun(spec, options);
    expect(plan.runs.map(({ done, kept }) => [done, kept])).toEqual(Array(3).fill([true, true]));
    expect(describeDryRun(plan)).toMatch(/0 of 3 runs to do[\s\S]*kept {2}base seed 0/);
    expect(existsSync(options.out)).toBe(false);
    const again = await runExperiment(spec, options);
    expect(keptOf(again)).toEqual(["base", "full", "shots"]);
    expect(again.tally).toMatchObject({ trained: 0, trainedReused: 3, activations: 0, rendered: 0 });
    expect(existsSync(join(folder, "first/ledger.jsonl"))).toBe(true);
    expect(existsSync(join(options.out, "ledger.jsonl"))).toBe(false);
    const { arms, embeddings, distances, statistics, environment, ledger, cautions } = again.comparison!;
    expect(ledger).toEqual(first.comparison!.ledger);
    expect(cautions).toEqual(first.comparison!.cautions);
    expect(arms).toEqual(first.comparison!.arms);
    expect(embeddings.length).toBeGreaterThan(0);
    expect({ embeddings, distances, statistics }).toEqual({
      embeddings: first.comparison!.embeddings,
      distances: first.comparison!.distances,
      statistics: first.comparison!.statistics,
    });
    expect(environment.kept).toBe("all 3 runs");
    expect(notes.join()).toContain("the report is without their pictures");
    const record = join("kept/full/seed-0/run.json");
    expect(await readFile(join(options.report, record))).toEqual(await readFile(join(report, record)));
  });

  it("is without what needs features where it was of other runs", async () => {
    const { options, notes } = await clone("fewer");
    const { shots: _shots, ...arms } = spec.arms;
    const { comparison } = await runExperiment({ ...spec, arms }, options);
    expect(comparison).toMatchObject({ embeddings: [], distances: [], statistics: [] });
    expect(notes.join()).toContain("without embeddings, distances, image statistics and pictures");
  });

  it("has the arm trained anew that another one starts from, and no other", async () => {
    const { options } = await clone("more");
    await runExperiment(spec, options); // what is taken already has no weights either
    const more = { ...spec, arms: { ...spec.arms, later: { ...spec.arms.full!, from: "base" } } };
    const plan = await dryRun(more, options);
    expect(plan.runs.filter(({ done }) => !done).map(({ arm }) => arm)).toEqual(["base", "later"]);
    const result = await runExperiment(more, options);
    expect(keptOf(result)).toEqual(["full", "shots"]);
    expect(result.tally.trained).toBe(2);
    expect(result.comparison!.environment.kept).toBe("full seed 0, shots seed 0");
    expect((await readRun(result.runs[0]!.folder)).kept).toBeUndefined();
  });

  it("is trained anew where a key is another one, in a sentence", async () => {
    const { options, notes } = await clone("changed");
    const full = { ...spec.arms.full!, phases: [head("target", 2e-2)] };
    const changed = { ...spec, arms: { ...spec.arms, full } };
    const plan = describeDryRun(await dryRun(changed, options));
    expect(plan).toMatch(/to do {2}full seed 0 \(a run is kept under another key\)/);
    const result = await runExperiment(changed, options);
    expect(keptOf(result)).toEqual(["shots"]);
    expect(notes).toContain(
      "seed 0: what is kept beside the report has another key, and is trained anew: full",
    );
  });

  it.each([
    ["predictions/base/seed-0/photos.csv", "prediction"],
    ["predictions/shots/seed-0/photos-draws.csv", "draw"],
    ["kept/full/seed-0/metrics.jsonl", "history"],
  ])("is refused where %s was edited", async (file, name) => {
    const { options } = await clone(`edited-${name}`);
    const dataset = first.target.dataset;
    const path = join(options.report, file.replace("photos", dataset));
    await appendFile(path, "\n");
    const expected = fault(2, /expected the file of a kept run \(sha256 .*found another \(sha256/);
    await expect(dryRun(spec, options)).rejects.toMatchObject(expected);
    await expect(runExperiment(spec, options)).rejects.toMatchObject(expected);
    expect(existsSync(join(options.out, "small/base/seed-0/run.json"))).toBe(false);
  });

  it("is refused where a file is gone, or a record is another run's", async () => {
    const { options } = await clone("swapped");
    const record = (arm: string) => join(options.report, "kept", arm, "seed-0/run.json");
    const base = JSON.parse(await readFile(record("base"), "utf8"));
    await writeFile(record("base"), JSON.stringify({ ...base, arm: "full" }));
    await expect(dryRun(spec, options)).rejects.toMatchObject(
      fault(2, /expected the record that the run wrote/),
    );
    delete base.self; // as older records are
    await writeFile(record("base"), JSON.stringify({ ...base, arm: "full" }));
    await expect(dryRun(spec, options)).rejects.toMatchObject(
      fault(2, /expected the record of base, seed 0/),
    );
    base.files["metrics.jsonl"] = base.files["environment.json"];
    await writeFile(record("base"), JSON.stringify(base));
    await expect(dryRun(spec, options)).rejects.toMatchObject(
      fault(2, /metrics\.jsonl: expected the file of/),
    );
  });
});

/** The whole chain on little input, as a user starts it: killed, continued, repeated. */
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { antbee, lastingFolder } from "../support.js";

/** Renders stand for photographs here: what is tested is the chain, not the figures. */
const EXPERIMENT = (target: string) => `
name: small
source: {scene: scenes/standard.yaml, count: 20, val: 4}
target: {dir: ${target}}
backbone: {name: objectron_mobilenet_v2}
views: 1
seeds: [0]
background: {count: 10, val: 2}
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 3}]}
  two-shot: {from: source-only, track: k-shot, k: 2, phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]}
  full-frozen: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]}
  full-low-lr: {from: full-frozen, track: full, phases: [{on: target, train: {from: features.18}, lr: 1e-5, epochs: 1}]}
  oracle: {track: oracle, phases: [{on: target, train: head, lr: 1e-3, epochs: 2}]}
`;

const ARMS = ["source-only", "two-shot", "full-frozen", "full-low-lr", "oracle"];

let folder: string;
let env: Record<string, string>;
let experiment: string;

const run = (...more: string[]) =>
  antbee(
    ["run", experiment, "--out", join(folder, "runs"), "--report", join(folder, "report"), "--json", ...more],
    { env },
  );

beforeAll(async () => {
  folder = await lastingFolder();
  env = { ANTBEE_CACHE: join(folder, "cache") };
  const target = join(folder, "target");
  const rendered = await antbee([
    "render",
    "scenes/standard.yaml",
    "--count",
    "60",
    "--seed",
    "9",
    "--out",
    target,
  ]);
  expect(rendered.code).toBe(0);
  experiment = join(folder, "small.yaml");
  await writeFile(experiment, EXPERIMENT(join(target, "images")));
});

async function files(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

describe("antbee run", () => {
  it("plans without doing anything", async () => {
    const { code, stdout } = await run("--dry-run");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      renders: 24,
      runs: ARMS.map((arm) => ({ arm, seed: 0, done: false })),
    });
    expect(existsSync(join(folder, "runs"))).toBe(false);
  });

  it("survives a kill while rendering and one while training, and loses nothing that was finished", async () => {
    const options = { env, killWhen: (stderr: string) => stderr.includes("backbone:") };
    const args = ["run", experiment, "--out", join(folder, "runs"), "--report", join(folder, "report")];
    expect((await antbee(args, options)).code).toBeNull();
    const trained = { env, killWhen: (stderr: string) => stderr.includes("full-frozen (full)") };
    expect((await antbee(args, trained)).code).toBeNull();
    expect(existsSync(join(folder, "report"))).toBe(false);
    const { code, stdout, stderr } = await run();
    expect(stderr).not.toContain("source-only (source-only)");
    expect(code, stderr).toBe(0);
    const { tally } = JSON.parse(stdout);
    expect(tally).toMatchObject({ rendered: 0, rendersReused: 24, trained: 3, trainedReused: 2 });
    const temporary = (await files(join(folder, "runs", "small"))).filter((path) => path.endsWith(".tmp"));
    expect(temporary).toEqual([]);
  });

  it("does nothing twice, says so, and opens the sealed labels once", async () => {
    const before = await readFile(join(folder, "report", "report.json"), "utf8");
    const { code, stdout } = await antbee(
      ["run", experiment, "--out", join(folder, "runs"), "--report", join(folder, "report")],
      { env },
    );
    expect(code).toBe(0);
    expect(stdout).toContain("nothing to do: all 5 runs were done already");
    const figures = (text: string) => ({ ...JSON.parse(text), environment: null });
    expect(figures(await readFile(join(folder, "report", "report.json"), "utf8"))).toEqual(figures(before));
    const ledger = (await readFile(join(folder, "runs", "ledger.jsonl"), "utf8")).trim().split("\n");
    expect(ledger).toHaveLength(1);
  });

  it("writes predictions whose ids are paths of the dataset, with labels and sorted classes", async () => {
    const csv = await readFile(join(folder, "runs/small/oracle/seed-0/predictions/folder.csv"), "utf8");
    const [header, ...rows] = csv.trim().split("\n");
    expect(header).toBe("id,split,label,p_ants,p_bees");
    expect(rows).toHaveLength(10);
    for (const row of rows) {
      const [id, split, label, ants, bees] = row.split(",");
      expect(id).toMatch(new RegExp(`^val/${label}/\\d{6}\\.jpg$`));
      expect(split).toBe("val");
      expect(Number(ants) + Number(bees)).toBeCloseTo(1, 5);
    }
  });

  it("keeps what was said while the labels were sealed as it was", async () => {
    const predictions = join(folder, "runs/small/oracle/seed-0/predictions");
    const sealed = (await readFile(join(predictions, "sealed", "folder.csv"), "utf8")).trim().split("\n");
    const opened = (await readFile(join(predictions, "folder.csv"), "utf8")).trim().split("\n");
    const withoutLabel = (row: string) => row.replace(/,(ants|bees),/, ",,");
    expect(opened.map(withoutLabel)).toEqual(sealed);
    expect(sealed.slice(1).every((row) => row.includes(",val,,"))).toBe(true);
  });

  it("reports every arm by its track, with inputs by hash", async () => {
    const report = JSON.parse(await readFile(join(folder, "report", "report.json"), "utf8"));
    expect(report).toMatchObject({
      schema: 1,
      experiment: "small",
      backend: expect.stringContaining(process.env.ANTBEE_BACKEND!),
      target: { kind: "real", n: 10 },
    });
    expect(report.arms.map((arm: { name: string }) => arm.name)).toEqual(ARMS);
    const byName = Object.fromEntries(report.arms.map((arm: { name: string }) => [arm.name, arm]));
    expect(byName["two-shot"]).toMatchObject({ track: "k-shot", k: 2, synthetic: true });
    expect(byName.oracle).toMatchObject({ synthetic: false, source: { before: null } });
    for (const input of report.inputs) expect(input.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.background).toMatchObject({ seeds: [0], source: { n: 2 }, target: { n: 10 } });
    const page = await readFile(join(folder, "report", "index.html"), "utf8");
    expect(page).toContain("full-low-lr");
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });
});

describe("a finished run", () => {
  it("evaluates class folders and a flat folder, and predicts single images", async () => {
    const runs = join(folder, "runs/small/full-low-lr");
    const labelled = await antbee(
      ["eval", runs, "--data", join(folder, "target"), "--split", "train", "--json"],
      { env },
    );
    expect(labelled.code).toBe(0);
    const [evaluation] = JSON.parse(labelled.stdout);
    expect(evaluation).toMatchObject({ arm: "full-low-lr", n: 50 });
    expect(evaluation.accuracy.low).toBeLessThanOrEqual(evaluation.accuracy.mean);
    const ants = join(folder, "target/images/val/ants");
    const flat = await antbee(["eval", runs, "--data", ants, "--json"], { env });
    expect(JSON.parse(flat.stdout)[0]).toMatchObject({ n: 5, accuracy: null });
    const [image] = await readdir(ants);
    const single = await antbee(["predict", join(runs, "seed-0"), join(ants, image!), "--json"], { env });
    const { ants: p, bees: q } = JSON.parse(single.stdout)[0].probabilities;
    expect(p + q).toBeCloseTo(1, 6);
  });

  it("is compared with others into a report of its own", async () => {
    const out = join(folder, "two");
    const arms = ["full-frozen", "oracle"].map((arm) => join(folder, "runs/small", arm));
    const { code, stdout } = await antbee(["compare", ...arms, "--out", out], { env });
    expect(code).toBe(0);
    expect(stdout).toContain("oracle");
    expect(JSON.parse(await readFile(join(out, "report.json"), "utf8")).arms).toHaveLength(2);
  });
});

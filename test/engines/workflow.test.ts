/** What workflows ask engines for, and how names and words survive the engines' own grammars. */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { experimentWorkflow } from "../../src/engines/experiment-workflow.js";
import { kubernetesManifest } from "../../src/engines/kubernetes.js";
import { sceneWorkflow } from "../../src/engines/scene-workflow.js";
import { dnsName, identifiers } from "../../src/engines/short-names.js";
import { slurmScript } from "../../src/engines/slurm.js";
import { snakefile } from "../../src/engines/snakemake.js";
import type { Site, Workflow } from "../../src/engines/workflow.js";
import { loadExperiment } from "../../src/experiment/spec/experiment.js";
import { imageSets } from "../faults/sets.js";
import { tinySceneFile } from "../sim/tiny.js";
import { antbee, fault, temporaryFolder } from "../support.js";
import { tool, toolPath } from "./tools.js";

const snakemake = tool("snakemake");
if (!snakemake) console.warn("skipping dry runs of Snakefiles: snakemake is not here (pip)");

const SITE: Site = {
  antbee: ["antbee"],
  cwd: "/",
  command: "antbee submit",
  image: "antbee:0",
  claim: "work",
};
const scene = (count: number, overrides = {}, name = "s") =>
  sceneWorkflow({ scene: "s.yaml", name, out: "o", count, seed: 0, start: 0, shards: 4 }, overrides);

/** An experiment that renders much; its target and its scene are tiny. */
async function experiment(overrides = {}): Promise<Workflow> {
  const folder = await temporaryFolder();
  const [{ target }, tiny] = [await imageSets(), await tinySceneFile(folder)];
  const file = join(folder, "e.yaml");
  await writeFile(
    file,
    `name: e
source: {scene: ${tiny}, count: 90000, val: 10000}
target: {dir: ${target}}
backbone: {name: objectron_mobilenet_v2}
seeds: [0, 1, 2]
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 1}]}
  a-b: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}
  a_b: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}
  deep: {track: source-only, phases: [{on: source, train: {from: features.14}, lr: 1e-3, epochs: 2}]}
  dann: {from: source-only, track: unlabelled, method: {dann: {from: features.14, steps: 100000}}}
`,
  );
  const { workflow } = await experimentWorkflow(
    file,
    await loadExperiment(file),
    { out: join(folder, "runs") },
    overrides,
  );
  return workflow;
}

const stageOf = ({ stages }: Workflow, name: string) => stages.find((stage) => stage.name === name)!;

describe("what is asked for", () => {
  it("follows the user's word in every stage of a scene, the merge too", () => {
    const asked = { minutes: 77, memoryGiB: 33, cores: 5 };
    for (const { resources } of scene(1000, asked).stages) expect(resources).toEqual(asked);
    expect(
      slurmScript(scene(1000, asked), SITE).match(/--time=01:17:00 --mem=33G --cpus-per-task=5/g),
    ).toHaveLength(2);
  });

  it("gives the merge of many records the memory of its table", () => {
    expect(stageOf(scene(1000), "merge").resources).toMatchObject({ memoryGiB: 2, cores: 1 });
    expect(stageOf(scene(10 ** 8), "merge").resources.memoryGiB).toBeGreaterThanOrEqual(8);
  });

  it("is twice the time on one core as on two", async () => {
    const minutes = async (cores: number) =>
      stageOf(await experiment({ cores }), "renders").resources.minutes;
    expect(await minutes(2)).toBe(324);
    expect(await minutes(1)).toBe(648);
  });

  it("counts what is trained below the head, by images, epochs and steps", async () => {
    const workflow = await experiment({ cores: 2 });
    const minutes = (arm: string) => stageOf(workflow, `arm-${arm}`).resources.minutes;
    expect(minutes("source-only")).toBe(15);
    expect(minutes("deep")).toBeGreaterThan(60); // 180,000 images
    expect(minutes("dann")).toBeGreaterThan(20 * minutes("deep")); // 6,400,000 images
    expect(minutes("dann")).toBeLessThan(50 * minutes("deep"));
  });
});

describe("pods", () => {
  const jobOf = (workflow: Workflow, i = 0) =>
    parseAllDocuments(kubernetesManifest(workflow, SITE))[i]!.toJS().spec;

  it("live as long as they may wait for others, and then work", async () => {
    const workflow = await experiment();
    const { activeDeadlineSeconds, containers } = jobOf(workflow).template.spec;
    const { args } = containers[0];
    const wait = Number(args[args.indexOf("--wait") + 1]);
    const longest = Math.max(...workflow.stages.map(({ resources }) => resources.minutes));
    expect(activeDeadlineSeconds).toBe(wait + 60 * longest);
    expect(jobOf(scene(100)).template.spec.activeDeadlineSeconds).toBe(15 * 60);
    const merge = jobOf(scene(100), 1).template.spec;
    const patient = merge.containers[0].args;
    expect(merge.activeDeadlineSeconds).toBe(Number(patient[patient.indexOf("--wait") + 1]) + 15 * 60);
  });

  it("are no more at a time than can be at work, and evictions are no failures of theirs", async () => {
    const spec = jobOf(await experiment());
    expect(spec).toMatchObject({ completions: 23, parallelism: 9, backoffLimitPerIndex: 4 });
    expect(spec.podFailurePolicy.rules).toEqual([
      { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
    ]);
    expect(jobOf(scene(100))).toMatchObject({ completions: 4, parallelism: 4 });
  });
});

describe("names", () => {
  it("of Kubernetes stay apart where they are long, or differ in what it has no letters for", () => {
    const long = "a".repeat(60);
    const names = [
      `${long}-units`,
      `${long}-merge`,
      "a_b",
      "a.b",
      "a-b",
      "A-b",
      "-a-b",
      "ants-and-bees",
      "アリ",
    ].map(dnsName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/);
    expect(dnsName("ants-and-bees")).toBe("ants-and-bees");
    const jobs = parseAllDocuments(kubernetesManifest(scene(100, {}, long), SITE)).map(
      (one) => one.toJS().metadata.name,
    );
    expect(new Set(jobs).size).toBe(2);
  });

  it("of rules stay apart", () => {
    const names = identifiers(["arm-a-b", "arm-a_b", "arm-c.d", "report"]);
    expect(new Set(names.values()).size).toBe(4);
    expect(names.get("arm-c.d")).toBe("arm_c_d");
    expect(names.get("report")).toBe("report");
  });
});

describe.skipIf(!snakemake)("a Snakefile", () => {
  /** What Snakemake would do. */
  async function planned(text: string, folder: string): Promise<string> {
    await writeFile(join(folder, "Snakefile"), text);
    const { status, stdout, stderr } = spawnSync(
      snakemake!,
      ["--snakefile", "Snakefile", "--dry-run", "--printshellcmds"],
      { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: toolPath() } },
    );
    expect(status, stderr).toBe(0);
    return stdout + stderr;
  }

  const jobs = (said: string): Record<string, number> =>
    Object.fromEntries(
      [...said.matchAll(/^(\w+) +(\d+)$/gm)].map(([, rule, count]) => [rule, Number(count)]),
    );

  it("of the reference experiment has a job for each arm and seed, and for what they share", async () => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await antbee([
      ...["submit", "scenes/experiments/reference.yaml", "--engine", "snakemake"],
      ...["--out", join(folder, "runs")],
    ]);
    expect(code, stderr).toBe(0);
    const { arms, seeds } = parse(await readFile("scenes/experiments/reference.yaml", "utf8"));
    const { total, ...rules } = jobs(await planned(stdout, folder));
    // The backbone as it is stands beside the arms of the file in every report.
    const arm = ["zero-training", ...Object.keys(arms)].map((name) => `arm_${name.replaceAll("-", "_")}`);
    const perSeed = ["renders", "activations", ...arm];
    expect(rules).toEqual({
      ...{ all: 1, inputs: 1, report: 1 },
      ...Object.fromEntries(perSeed.map((rule) => [rule, seeds.length])),
    });
    expect(total).toBe(3 + perSeed.length * seeds.length);
  });

  it("of arms whose names differ in a dash alone has both", async () => {
    const workflow = await experiment();
    const said = jobs(await planned(snakefile(workflow, SITE), await temporaryFolder()));
    expect(Object.entries(said).filter(([rule]) => rule.startsWith("arm_a_b"))).toHaveLength(2);
  });

  it("takes words with braces and quotes as they are", async () => {
    const folder = await temporaryFolder();
    const job = {
      scene: "it's {a} {{scene}}.yaml",
      name: "s",
      out: "o",
      count: 4,
      seed: 0,
      start: 0,
      shards: 1,
    };
    const site = { ...SITE, antbee: ["/opt/{x}/antbee"] };
    const said = await planned(snakefile(sceneWorkflow(job), site), folder);
    expect(said).toContain("'/opt/{x}/antbee' render 'it'\\''s {a} {{scene}}.yaml' --count 4");
    expect(said).toContain("--shard 1/1 --workers 1 --resume"); // one core here
  });

  it("is refused where its marks would be wildcards", () => {
    const job = { scene: "s.yaml", name: "s", out: "o{id}", count: 4, seed: 0, start: 0 };
    expect(() => snakefile(sceneWorkflow(job), SITE)).toThrow(
      expect.objectContaining(fault(2, /--out: expected a path without braces, .*found "o\{id\}"/)),
    );
  });
});

/** The manifest for Kubernetes: valid to the API's schema, and its commands leave what one process leaves. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { imageSets } from "../faults/sets.js";
import { hashes, tinySceneFile } from "../sim/tiny.js";
import { antbee, lastingFolder, temporaryFolder } from "../support.js";
import { timelessReport } from "./reports.js";
import { tool } from "./tools.js";

const validator = tool("kubernetes-validate");
if (!validator) console.warn("skipping the manifests' schema: kubernetes-validate is not here (pip)");

/** Of the API from which on Jobs have `backoffLimitPerIndex` without a switch. */
const API = "1.33";

interface Job {
  metadata: { name: string };
  spec: {
    completionMode?: string;
    completions?: number;
    template: { spec: { containers: { command: string[]; args: string[]; workingDir: string }[] } };
  };
}

const jobsOf = (manifest: string): Job[] => parseAllDocuments(manifest).map((one) => one.toJS() as Job);

const experimentOf = (source: string, target: string, seeds = "[0]") => `name: e
source: {dataset: ${source}}
target: {dir: ${target}}
backbone: {name: objectron_mobilenet_v2}
views: 0
seeds: ${seeds}
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 1}]}
  full: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}
`;

let volume: string;

beforeAll(async () => {
  volume = await lastingFolder();
  await tinySceneFile(volume);
});

async function submitted(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await antbee(["submit", ...args, "--engine", "kubernetes"], {
    cwd: volume,
  });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout;
}

describe("renders", () => {
  const render = ["tiny.yaml", "--count", "22", "--seed", "3"];

  it("are pods whose commands, each run by itself, leave the bytes of one process", async () => {
    const jobs = jobsOf(await submitted(...render, "--shards", "3", "--out", "shards"));
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(["tiny-units", "tiny-merge"]);
    const [units, merge] = jobs as [Job, Job];
    expect(units.spec).toMatchObject({ completionMode: "Indexed", completions: 3 });
    const { args, command } = units.spec.template.spec.containers[0]!;
    expect(command).toEqual(["antbee"]);
    const waiting = antbee(merge.spec.template.spec.containers[0]!.args, { cwd: volume }); // before there is anything
    for (const index of [2, 0, 1])
      expect(await antbee(args, { cwd: volume, env: { JOB_COMPLETION_INDEX: `${index}` } })).toMatchObject({
        code: 0,
      });
    expect(await waiting).toMatchObject({ code: 0 });
    expect(await antbee(["render", ...render, "--out", "whole"], { cwd: volume })).toMatchObject({ code: 0 });
    expect(await hashes(join(volume, "shards"))).toEqual(await hashes(join(volume, "whole")));
  });
});

describe("an experiment", () => {
  it("is pods that each find their unit, wait for those before it, and leave the report of one process", async () => {
    const { source, target } = await imageSets();
    const out = (name: string) => ["--out", `${name}/runs`, "--report", `${name}/report`];
    await writeFile(join(volume, "e.yaml"), experimentOf(source, target));
    const [{ spec }] = jobsOf(await submitted("e.yaml", ...out("pods"))) as [Job];
    expect(spec).toMatchObject({ completionMode: "Indexed", completions: 5, parallelism: 1 });
    const { args } = spec.template.spec.containers[0]!;
    const pod = (index: number) =>
      antbee(args, {
        cwd: volume,
        env: { JOB_COMPLETION_INDEX: `${index}`, ANTBEE_CACHE: join(volume, "pods", "cache") },
      });
    const waiting = pod(4); // the report, before there is anything
    for (const index of [0, 1, 2, 3]) expect(await pod(index)).toMatchObject({ code: 0 });
    expect(await waiting).toMatchObject({ code: 0 });
    const env = { ANTBEE_CACHE: join(volume, "whole", "cache") };
    expect(await antbee(["run", "e.yaml", ...out("whole")], { cwd: volume, env })).toMatchObject({ code: 0 });
    const report = (name: string) => timelessReport(join(volume, name, "report"));
    expect(await report("pods")).toEqual(await report("whole"));
    expect((await antbee(["status", "pods/runs/e", "--done"], { cwd: volume })).stdout).toContain(
      "5 of 5 units done, 0 running, 0 failed, 0 left",
    );
  });
});

describe.skipIf(!validator)("the API's schema", () => {
  async function validated(manifest: string) {
    const file = join(await temporaryFolder(), "manifest.yaml");
    await writeFile(file, manifest);
    return spawnSync(validator!, ["--strict", "--kubernetes-version", API, file], { encoding: "utf8" });
  }

  it("is kept by renders and experiments", async () => {
    const { source, target } = await imageSets();
    await writeFile(join(volume, "many.yaml"), experimentOf(source, target, "[0, 1]"));
    const manifests = [
      await submitted("tiny.yaml", "--count", "10", "--out", "o"),
      await submitted("many.yaml", "--out", "runs"),
    ];
    for (const manifest of manifests) {
      const { status, stderr } = await validated(manifest);
      expect(stderr).toBe("");
      expect(status).toBe(0);
    }
    expect(jobsOf(manifests[1]!)[0]!.spec.completions).toBe(8);
  });

  it("refuses a key that the API does not have", async () => {
    const manifest = await submitted("tiny.yaml", "--count", "10", "--out", "o");
    const { status } = await validated(manifest.replace("completions:", "completion:"));
    expect(status).not.toBe(0);
  });
});

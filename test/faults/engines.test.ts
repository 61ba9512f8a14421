/** Submitting, units and shards: what is refused, before anything is written. */
import { expect, it, onTestFinished, vi } from "vitest";
import { checkEngine, ENGINES, type EngineName } from "../../src/engines/submit.js";
import { runUnit } from "../../src/experiment/run-unit.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { fault } from "../support.js";
import { faults, type Row } from "./runner.js";

const SCENE = { "s.yaml": "name: s\n" };
const EXPERIMENT = (backbone: string) => ({
  "e.yaml": `name: e
source: {scene: s.yaml, count: 10, val: 2}
target: {dir: t}
backbone: {name: ${backbone}}
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 1}]}
`,
});

const submit = (what: string, args: readonly string[], says: RegExp, more: Partial<Row> = {}): Row => ({
  what,
  args: ["submit", "s.yaml", "--out", "x", "--count", "10", "--engine", "slurm", ...args],
  code: 2,
  says,
  files: SCENE,
  ...more,
});

faults("antbee submit", [
  submit(
    "another engine",
    ["--engine", "pbs"],
    /--engine: expected one of slurm, kubernetes, snakemake, found "pbs"/,
  ),
  submit("more shards than images", ["--shards", "11"], /--shards: expected at most the 10 images, found 11/),
  submit(
    "more shards than archives",
    ["--shards", "3", "--format", "webdataset", "--block", "6"],
    /--shards: expected at most the 2 pairs of archives, found 3/,
  ),
  submit("no time", ["--minutes", "0"], /--minutes: expected a whole number of at least 1/),
  submit(
    "an experiment's flag for a scene",
    ["--seeds", "0,1"],
    /--seeds: expected the file of an experiment beside it/,
  ),
  submit("labels that there are not", ["--passes", "smell"], /--passes: expected all, or some of masks/),
  {
    what: "a scene's flag for an experiment",
    args: ["submit", "e.yaml", "--out", "x", "--count", "10", "--engine", "slurm"],
    code: 2,
    says: /--count: expected the file of a scene beside it, found "e.yaml"/,
    files: EXPERIMENT("objectron_mobilenet_v2"),
  },
  {
    what: "an experiment of several backbones",
    args: ["submit", "e.yaml", "--out", "x", "--engine", "snakemake"],
    code: 2,
    says: /--backbone: expected one of objectron_mobilenet_v2, resnet18, found none/,
    files: EXPERIMENT("[objectron_mobilenet_v2, resnet18]"),
  },
]);

const render = ["render", "s.yaml", "--out", "x", "--count", "4"];

faults("shards and archives", [
  {
    what: "auto where no engine says which",
    args: [...render, "--shard", "auto/4"],
    code: 2,
    says: /--shard auto: expected SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment, found neither/,
    files: SCENE,
  },
  {
    what: "auto in a folder without a plan",
    args: [...render, "--shard", "auto"],
    code: 2,
    says: /--shard: expected auto\/n, or auto in a folder whose shards are planned, found no shards.json/,
    files: SCENE,
  },
  {
    what: "another format",
    args: [...render, "--format", "zip"],
    code: 2,
    says: /--format: expected one of imagefolder, webdataset, found "zip"/,
    files: SCENE,
  },
  {
    what: "a block without archives",
    args: [...render, "--block", "6"],
    code: 2,
    says: /--block: expected --format webdataset, found "imagefolder"/,
    files: SCENE,
  },
]);

faults("antbee status", [
  { what: "nothing there", args: ["status", "x"], code: 2, says: /x: expected a rendered dataset/ },
  {
    what: "a plan that is none",
    args: ["status", "x"],
    code: 2,
    says: /units\.json: units: expected a list/,
    files: { "x/units.json": '{"schema": 1, "kind": "antbee-units", "units": 3}' },
  },
]);

it.each(Object.keys(ENGINES) as EngineName[])("%s is missed where its program is not here", (engine) => {
  vi.stubEnv("PATH", "/nowhere");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const says =
    /^--go: \w+ is not here \(no (sbatch|kubectl|snakemake) on the PATH\); without --go its text is printed$/;
  expect(() => checkEngine(engine)).toThrow(expect.objectContaining(fault(1, says)));
});

it("an experiment that holds a function is refused as a unit of an engine", async () => {
  const method = { name: "mine", track: "unlabelled", needs: {}, run: async (model: unknown) => model };
  const spec = {
    name: "e",
    source: { dataset: "s" },
    target: { dir: "t" },
    backbone: { name: "objectron_mobilenet_v2" },
    arms: { mine: { track: "unlabelled", method } },
  } as unknown as ExperimentSpec;
  await expect(runUnit(spec, "report")).rejects.toMatchObject(
    fault(
      2,
      /arms\.mine: expected what a file can say: each unit reads the experiment from its file, found a function/,
    ),
  );
  await expect(runUnit({ ...spec, arms: {} }, "report", { extensions: {} })).rejects.toMatchObject(
    fault(2, /extensions: expected what a file can say/),
  );
});

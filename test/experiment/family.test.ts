/** The family of an experiment: declared in its file, kept in the runs, corrected for in the report. */
import { describe, expect, it } from "vitest";
import type { ArmRuns } from "../../src/experiment/report/arm-runs.js";
import { familiesOf } from "../../src/experiment/report/families.js";
import { checkExperiment } from "../../src/experiment/spec/experiment.js";
import { type Family, familyOf } from "../../src/experiment/spec/family.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { fault } from "../support.js";

const onTarget = [{ on: "target", train: "head", lr: 1e-3, epochs: 2 }] as const;
const ARMS: ExperimentSpec["arms"] = {
  base: { track: "source-only", phases: [{ on: "source", train: "head", lr: 1e-3, epochs: 2 }] },
  adapted: { from: "base", track: "unlabelled", method: "mcc" },
  two: { from: "base", track: "k-shot", k: 2, phases: [...onTarget] },
  "two-alone": { track: "k-shot", k: 2, phases: [...onTarget] },
  full: { from: "base", track: "full", phases: [...onTarget] },
  oracle: { track: "oracle", phases: [...onTarget] },
};

const check = (family?: ExperimentSpec["family"], arms = ARMS) =>
  checkExperiment(
    {
      name: "trial",
      source: { scene: "scenes/standard.yaml", count: 10, val: 2 },
      target: { dataset: "hymenoptera" },
      backbone: { name: "tf_mobilenet_v2" },
      family,
      arms,
    },
    { where: "trial.yaml" },
  );

describe("the family of an experiment", () => {
  it("is what its file declares, or every adapted arm that uses renders", () => {
    const of = (family?: ExperimentSpec["family"]) => familyOf(family, check(family).arms);
    expect(of(["oracle", "full"])).toEqual({ arms: ["oracle", "full"], declared: true });
    const pair = { arm: "full", against: "oracle" };
    expect(of(["full", pair])).toEqual({ arms: ["full"], pairs: [pair], declared: true });
    expect(of()).toEqual({ arms: ["adapted", "two", "full"], declared: false });
  });

  it("has no place for an arm that cannot run", () => {
    const able = check().arms.filter(({ name }) => name !== "adapted");
    expect(familyOf(["adapted", "full"], able).arms).toEqual(["full"]);
    expect(familyOf([{ arm: "full", against: "adapted" }], able)).toEqual({ arms: [], declared: true });
  });

  it.each([
    [
      ["adapted", "fulll"],
      /^trial\.yaml: family\.1: expected one of zero-training, adapted, .*, found "fulll"; did you mean `full`\?$/,
    ],
    [["base"], /^trial\.yaml: family\.0: expected one of .*, found "base"$/],
    [["full", "full"], /^trial\.yaml: family\.1: expected each arm once, and each pair, found "full"$/],
    [
      [
        { arm: "full", against: "oracle" },
        { arm: "oracle", against: "full" },
      ],
      /^trial\.yaml: family\.1: expected each arm once, and each pair, found oracle against full$/,
    ],
    [[{ arm: "full", against: "orakle" }], /^trial\.yaml: family\.0\.against: .*did you mean `oracle`\?$/],
    [
      [{ arm: "full", against: "full" }],
      /^trial\.yaml: family\.0: expected two different arms, found "full"$/,
    ],
    [[{ arm: "base", against: "full" }], /^trial\.yaml: family\.0\.arm: expected one of .*, found "base"$/],
    [[3 as never], /^trial\.yaml: family\.0: expected the name of an arm, or an arm and what .*, found 3$/],
    [
      ["full", { arm: "full", against: "base" }],
      /^trial\.yaml: family\.1: expected each .* full against base$/,
    ],
    [[], /^trial\.yaml: family: expected/],
  ])("refuses %j", (family, message) => {
    expect(() => check(family)).toThrow(expect.objectContaining(fault(2, message)));
  });

  it("needs a source-only arm to be set against", () => {
    const { oracle } = ARMS;
    expect(() => check(["oracle"], { oracle: oracle! })).toThrow(
      "trial.yaml: family: expected a source-only arm to set its arms against, found none",
    );
  });
});

describe("the families of finished runs", () => {
  const arm = (experiment: string, name: string, families: (Family | undefined)[]) =>
    ({
      name,
      runs: families.map((family, seed) => ({ folder: "", record: { experiment, arm: name, seed, family } })),
    }) as unknown as ArmRuns;
  const declared = (...arms: string[]): Family => ({ arms, declared: true });

  it("are as they were recorded, also of arms that are not compared; older records have none", () => {
    expect(familiesOf([arm("one", "full", [declared("full", "adapted"), undefined])])).toEqual([
      { arms: ["full", "adapted"], pairs: [], declared: true, changed: false },
    ]);
    expect(familiesOf([arm("one", "full", [undefined])])).toEqual([]);
  });

  it("are all that was ever in one, where it was changed between runs", () => {
    const byDefault: Family = { arms: ["full", "two"], declared: false };
    expect(familiesOf([arm("one", "full", [byDefault, declared("full", "adapted")])])).toEqual([
      { arms: ["full", "two", "adapted"], pairs: [], declared: false, changed: true },
    ]);
    const pairs = [{ arm: "full", against: "oracle" }];
    const named = familiesOf([arm("one", "full", [declared("full"), { ...declared("full"), pairs }])]);
    expect(named).toEqual([{ arms: ["full"], pairs, declared: true, changed: true }]);
  });

  it("belong to their experiments, by the names that a report of several gives", () => {
    const pairs = [{ arm: "full", against: "oracle" }];
    const both = [
      arm("one", "one/full", [{ ...declared("full"), pairs }]),
      arm("two", "two/full", [declared("full")]),
    ];
    expect(familiesOf(both)).toEqual([
      {
        experiment: "one",
        arms: ["one/full"],
        pairs: [{ arm: "one/full", against: "one/oracle" }],
        declared: true,
        changed: false,
      },
      { experiment: "two", arms: ["two/full"], pairs: [], declared: true, changed: false },
    ]);
  });
});

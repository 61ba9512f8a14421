/** Experiment files that cannot be run: found by the plan, before any work. */
import { cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { loadBackbone } from "../../adapt/backbones/load.js";
import type { Weights } from "../../adapt/layers/parameters.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { ablationDryRun } from "../../src/experiment/ablation/dry-run.js";
import { dryRun } from "../../src/experiment/plan/dry-run.js";
import { temporaryFolder } from "../support.js";
import { faults, type Row } from "./runner.js";
import { imageSets } from "./sets.js";

const { source, target } = await imageSets();

const WHOLE = {
  name: "name: e",
  source: `source: {dataset: ${source}}`,
  target: `target: {dir: ${target}}`,
  backbone: "backbone: {name: objectron_mobilenet_v2}",
  seeds: "seeds: [0]",
  views: "views: 0",
  arms: "arms: {source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 1}]}}",
};

type Part = keyof typeof WHOLE;

/** The whole experiment with one part in other words. */
const other = (part: Part, text: string, says: RegExp): Row => ({
  what: text === "" ? `no ${part}` : text.slice(-90),
  args: ["run", "e.yaml", "--dry-run"],
  code: 2,
  says,
  files: { "e.yaml": Object.values({ ...WHOLE, [part]: text }).join("\n") },
});

/** Arms of an experiment with training views. */
const seen = (arms: string, says: RegExp): Row => {
  const row = other("arms", arms, says);
  return { ...row, files: { "e.yaml": (row.files!["e.yaml"] as string).replace("views: 0", "views: 1") } };
};

const PHASE = "{on: source, train: head, lr: 1e-3, epochs: 1}";
const arm = (text: string, says: RegExp): Row => other("arms", `arms: {a: ${text}}`, says);
const phase = (text: string, says: RegExp): Row => arm(`{track: source-only, phases: [{${text}}]}`, says);
const child = (text: string, says: RegExp): Row =>
  other("arms", `arms: {s: {track: source-only, phases: [${PHASE}]}, a: {from: s, ${text}}}`, says);

faults("the experiment", [
  other("name", "", /name: expected text, found nothing/),
  ...["toString", "constructor", "valueOf"].map((name) =>
    other("name", `name: ${name}`, /name: expected a name that no object has already/),
  ),
  ...["a/b", "..", "-a", '"a b"', '""'].map((name) =>
    other("name", `name: ${name}`, /name: expected a name of letters, digits/),
  ),
  other("name", `name: ${"n".repeat(200)}`, /name: expected a name of at most 80 characters/),
  other("name", "name: e\nluck: 7", /luck: expected no such key/),
  other("source", "", /source: expected/),
  other("source", "source: {}", /source/),
  other(
    "source",
    "source: {dataset: no-such-folder}",
    /no-such-folder.*: expected a folder, found nothing there/,
  ),
  other("source", "source: {dataset: e.yaml}", /e\.yaml.*: a part of the path is not a folder/),
  other("source", `source: {dataset: ${target}}`, /expected a source of other images than the target's/),
  other("source", "source: {scene: no-such.yaml, count: 10, val: 2}", /no-such\.yaml: expected a file/),
  other(
    "source",
    "source: {scene: scenes/standard.yaml, count: 1e9, val: 2}",
    /count: expected a number of at most/,
  ),
  other(
    "source",
    "source: {scene: scenes/standard.yaml, count: 0, val: 2}",
    /count: expected a number of at least 1/,
  ),
  other(
    "source",
    "source: {scene: scenes/standard.yaml, count: 10}",
    /val: expected a whole number|val: expected a number/,
  ),
  other("target", "", /target/),
  other(
    "target",
    "target: {dataset: constructor}",
    /dataset: expected one of hymenoptera, found "constructor"/,
  ),
  other("target", "target: {dataset: __proto__}", /dataset: expected one of hymenoptera/),
  other("target", "target: {dir: no-such-folder}", /no-such-folder: expected a folder, found nothing there/),
  other(
    "target",
    `target: {dir: ${target}, classes: {ants: ant, bees: bees}}`,
    /val: expected the folder "ant" of the class ants, found ants, bees/,
  ),
  other(
    "target",
    `target: {dir: ${target}, classes: {emmets: ants, bees: bees}}`,
    /expected the classes ants, bees, found bees, emmets \(a target's `classes: \{ants: FOLDER\}` maps/,
  ),
  other("target", "target: {dir: /dev/null}", /\/dev\/null.*: a part of the path is not a folder/),
  other("backbone", "", /backbone/),
  other("backbone", "backbone: {name: toString}", /backbone: expected one of .*, found "toString"/),
  other("backbone", "backbone: {name: []}", /backbone\.name/),
  other(
    "backbone",
    "backbone: {name: objectron_mobilenet_v2, weights: no-such.pth}",
    /no-such\.pth: expected a file/,
  ),
  other(
    "backbone",
    "backbone: {name: objectron_mobilenet_v2, weights: /dev/zero}",
    /\/dev\/zero: expected a file, found a device/,
  ),
  other(
    "backbone",
    "backbone: {name: resnet18, fallback: toString}",
    /backbone: expected one of .*, found "toString"/,
  ),
  other("backbone", "backbone: {name: [resnet18, resnet18]}", /backbone\.name: expected each backbone once/),
  other(
    "backbone",
    'backbone: {name: resnet18, weights: ""}',
    /weights: expected text with a length of at least 1/,
  ),
  other("source", 'source: {dataset: ""}', /source\.dataset: expected text with a length of at least 1/),
  other("target", 'target: {dir: ""}', /target\.dir: expected text with a length of at least 1/),
  other("seeds", "seeds: []", /seeds: expected a list with a length of at least 1/),
  other("seeds", "seeds: [0, 0]", /seeds: expected each seed once/),
  other("seeds", "seeds: [-1]", /seeds\.0: expected a number of at least 0/),
  other("seeds", "seeds: [1.5]", /seeds\.0: expected a whole number/),
  other("seeds", "seeds: [9007199254740993]", /seeds\.0: expected/),
  other("seeds", "seeds: 3", /seeds: expected a list, found 3/),
  other(
    "views",
    "background: {count: 6, val: 2}",
    /background: expected a scene for a source, .*, found a dataset/,
  ),
  other("views", "background: {count: 0, val: 2}", /background\.count: expected a number of at least 1/),
  other("views", "views: -1", /views: expected a number of at least 0/),
  other("views", "views: 1e9", /views: expected a number of at most 1000/),
]);

faults("its arms", [
  other("arms", "", /arms: expected keys with values, found nothing/),
  other("arms", "arms: []", /arms: expected keys with values, found \[\]/),
  other("arms", "arms: {__proto__: {track: source-only}}", /found __proto__/),
  other(
    "arms",
    `arms: {toString: {track: source-only, phases: [${PHASE}]}}`,
    /arms\.toString: expected a name/,
  ),
  other(
    "arms",
    `arms: {constructor: {track: source-only, phases: [${PHASE}]}}`,
    /arms\.constructor: expected a name/,
  ),
  other("arms", `arms: {"../a": {track: source-only, phases: [${PHASE}]}}`, /expected a name of letters/),
  other(
    "arms",
    `arms: {${"a".repeat(200)}: {track: source-only, phases: [${PHASE}]}}`,
    /at most 80 characters/,
  ),
  arm("null", /arms\.a: expected keys with values, found null/),
  arm("{}", /arms\.a\.track: expected one of zero-training/),
  arm("{track: magic}", /arms\.a\.track: expected one of .*, found "magic"/),
  arm("{track: source-only}", /arms\.a\.phases: expected at least one phase, found none/),
  arm("{track: source-only, phases: {}}", /arms\.a\.phases: expected a list/),
  arm(
    "{track: source-only, from: b, phases: []}",
    /arms\.a\.from: expected the name of another arm, found "b"/,
  ),
  arm("{track: source-only, from: a, phases: []}", /arms\.a\.from: expected no circle, found a -> a/),
  arm(`{track: oracle, k: 3, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}`, /arms\.a\.k/),
  arm("{track: k-shot, phases: []}", /arms\.a\.k: expected the labels a class/),
  arm("{track: k-shot, k: 0, phases: []}", /arms\.a\.k: expected a number of at least 1/),
  child(
    "track: k-shot, k: 99, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]",
    /k = 99: expected 99 images of ants, found 2/,
  ),
  ...[
    ["magic", /arms\.a\.augment: expected one of rand-augment, found "magic"/],
    ["constructor", /arms\.a\.augment: expected one of rand-augment/],
    ["{}", /arms\.a\.augment: expected one augmentation, found 0/],
    ["{rand-augment: {}, magic: {}}", /arms\.a\.augment: expected one augmentation, found 2/],
    ["{rand-augment: {n: 0}}", /augment\.rand-augment: n: expected .* at least 1, found 0/],
    ["{rand-augment: {magnitude: 31}}", /augment\.rand-augment: magnitude: expected .* at most 30, found 31/],
    ["{rand-augment: {luck: 7}}", /augment\.rand-augment: luck: expected no such key/],
    ["7", /arms\.a\.augment: expected/],
    ["rand-augment", /arms\.a\.augment: expected training views \(views: 1 or more\), found views: 0/],
  ].map(([augment, says]) =>
    arm(`{augment: ${augment}, track: source-only, phases: [${PHASE}]}`, says as RegExp),
  ),
  seen(
    "arms: {a: {augment: rand-augment, track: oracle, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}}",
    /arms\.a\.augment: expected a phase of the arm's own that trains on source/,
  ),
  seen(
    "arms: {a: {augment: rand-augment, track: source-only, phases: [{on: source, train: head, optimizer: exact}]}}",
    /arms\.a\.augment: expected a phase of the arm's own that trains on source .*found none/,
  ),
  child("track: unlabelled", /arms\.a\.method: expected a method/),
  child("track: unlabelled, method: magic", /arms\.a\.method: expected one of .*, found "magic"/),
  child("track: unlabelled, method: constructor", /arms\.a\.method: expected one of/),
  child("track: unlabelled, method: {}", /arms\.a\.method: expected one method/),
  child("track: unlabelled, method: {dann: {luck: 7}}", /dann.*luck/),
  child(
    "track: unlabelled, method: {self-training: {shares: []}}",
    /shares: expected a list with a length of at least 1/,
  ),
  phase("on: target, train: head, lr: 1e-3, epochs: 1", /phases\.0\.on: expected training on source only/),
  phase("on: source, train: tail, lr: 1e-3, epochs: 1", /phases\.0\.train/),
  phase("on: source, train: {from: nowhere}, lr: 1e-3, epochs: 1", /train\.from: expected a stage of/),
  phase("on: source, train: head, lr: 0, epochs: 1", /lr: expected a number above 0/),
  phase("on: source, train: head, lr: .nan, epochs: 1", /lr: expected a number/),
  phase("on: source, train: head, lr: .inf, epochs: 1", /lr: expected a number/),
  phase("on: source, train: head, lr: fast, epochs: 1", /lr: expected a number, found "fast"/),
  phase("on: source, train: head, lr: 1e-3, epochs: 0", /epochs: expected a number of at least 1/),
  phase("on: source, train: head, lr: 1e-3, epochs: 1e12", /epochs: expected a number of at most/),
  phase("on: source, train: head, lr: 1e-3, epochs: 1, batch: 0", /batch: expected a number of at least 1/),
  phase("on: source, train: head, lr: 1e-3, epochs: 1, decay: 2", /decay: expected a number below 1/),
  phase("on: source, train: head, lr: 1e-3, epochs: 1, luck: 7", /luck: expected no such key/),
]);

const whole = (what: string, changes: Partial<typeof WHOLE>, says: RegExp, more: Partial<Row> = {}): Row => ({
  ...other("name", WHOLE.name, says),
  what,
  files: { "e.yaml": Object.values({ ...WHOLE, ...changes }).join("\n") },
  ...more,
});

const own = (what: string, says: RegExp, weights: Weights | string): Row =>
  whole(what, { backbone: "backbone: {name: objectron_mobilenet_v2, weights: w.safetensors}" }, says, {
    prepare: (here) =>
      typeof weights === "string"
        ? writeFile(join(here, "w.safetensors"), weights)
        : writeSafetensors(join(here, "w.safetensors"), weights),
  });
const { weights: pretrained } = await loadBackbone("objectron_mobilenet_v2");
const FILTER = "features.1.conv.1.weight";
const filter = pretrained[FILTER]!;
const { [FILTER]: _, ...unfiltered } = pretrained;

faults("weights of one's own, before anything is rendered for them", [
  own("an empty file", /w\.safetensors: expected a safetensors file, found a file of 0 bytes/, ""),
  own(
    "a pointer in the file's place",
    /expected a safetensors file/,
    "version https://git-lfs.github.com/spec/v1\n",
  ),
  own("a filter that is missing", /features\.1\.conv\.1\.weight: expected a tensor of shape/, unfiltered),
  own("a filter more", /features\.99: expected only the network's tensors/, {
    ...pretrained,
    "features.99": filter,
  }),
  own(
    "a filter on its side",
    /features\.1\.conv\.1\.weight: expected a tensor of shape \[16,32,1,1\], found shape/,
    {
      ...pretrained,
      [FILTER]: { ...filter, shape: [32, 16, 1, 1] },
    },
  ),
  own("a filter of zeros", /features\.1\.conv\.1\.weight: expected trained weights, found zeros alone/, {
    ...pretrained,
    [FILTER]: { ...filter, data: new Float32Array(filter.data.length) },
  }),
  own(
    "a filter at the edge of float32",
    /features\.1\.conv\.1\.weight: expected weights within 1000000, found 9/,
    {
      ...pretrained,
      [FILTER]: { ...filter, data: filter.data.map(() => 1e38) },
    },
  ),
]);

const SHOTS = "track: k-shot, k: 2";
const EXACT = "optimizer: exact, train: head, on: target";
const low = (phrase: string): string => `on: target, train: head, epochs: 1, ${phrase}`;

faults("numbers of which nothing is learned, or nothing that ends", [
  ...["1e-300", "1e9", "1e400"].map((lr) =>
    child(
      `track: full, phases: [{${low(`lr: ${lr}`)}}]`,
      /lr: expected a number(, found| of at (least|most))/,
    ),
  ),
  ...["1e308", "5e-324"].map((weight) =>
    child(
      `track: full, phases: [{${low("lr: 1e-3").replace("target", `{source: ${weight}, target: ${weight}}`)}}]`,
      /on\.source: expected a number of at (least 0\.000001|most 1000000)/,
    ),
  ),
  ...["1e308", "5e-324", "1e-9"].map((c) =>
    child(
      `track: full, phases: [{${EXACT}, c: ${c}}]`,
      /phases\.0\.c: expected a number of at (least 0\.01|most 1000000)/,
    ),
  ),
  child(
    `track: full, phases: [{${low("lr: 1e-3")}, l2sp: {alpha: 1e300, beta: 0}}]`,
    /alpha: expected a number of/,
  ),
  ...["lr: 1e300", "lr: 1e-300", "weight: 1e300", "steps: 1e12", "epochs: 1e12", "batch: 1e12"].map(
    (option) =>
      child(`track: unlabelled, method: {dann: {${option}}}`, /method\.dann: \w+: expected a number of at/),
  ),
  ...["c: 1e-300", "source: 1e300", "epochs: 1e12", "shares: [0]", "shares: [2]"].map((option) =>
    child(
      `track: unlabelled, method: {self-training: {${option}}}`,
      /self-training: [\w.]+: expected a number (of at|above)/,
    ),
  ),
  child("track: unlabelled, method: {coral: {ridge: 5e-324}}", /ridge: expected a number of at least/),
  child("track: unlabelled, method: {prototypes: {weight: 1e300}}", /weight: expected a number of at most/),
  child(`${SHOTS}, method: {few-shot: {batch: 1e12}}`, /few-shot: batch: expected a number of at most/),
  ...["0", "1.5", "1001", ".nan", "'3'", "1_000"].map((draws) =>
    child(`${SHOTS}, draws: ${draws}, phases: [{${EXACT}}]`, /arms\.a\.draws: expected a/),
  ),
  child(`track: full, draws: 3, phases: [{${EXACT}}]`, /arms\.a\.draws: expected 1, unless a k-shot arm/),
  child(`track: full, phases: [{${EXACT}, c: .nan}]`, /phases\.0\.c: expected a number, found NaN/),
  child(`track: full, phases: [{${EXACT}, c: 1e400}]`, /phases\.0\.c: expected a number, found Infinity/),
]);

faults("parts of arms", [
  ...["[source]", "[target, source]", "{source: 1}", "{}", "both", "null"].map((on) =>
    child(
      `track: full, phases: [{${low("lr: 1e-3").replace("target", on)}}]`,
      /phases\.0\.on[.\w]*: expected/,
    ),
  ),
  ...[
    "{with: b}",
    "{with: a}",
    "{with: s, share: 2}",
    "{with: s, share: .nan}",
    "{}",
    "null",
    "{with: toString}",
  ].map((average) =>
    child(`track: full, phases: [{average: ${average}}]`, /phases\.0\.average[.\w]*: expected/),
  ),
  ...["[]", "[a, a]", "[b]", "[s]", "[toString]", "a"].map((family) =>
    other(
      "arms",
      `family: ${family}\narms: {s: {track: source-only, phases: [${PHASE}]}, a: {from: s, track: full, phases: [{${EXACT}}]}}`,
      /family[.\w]*: expected/,
    ),
  ),
  child(
    "track: unlabelled, method: {self-training: {shares: [0.1]}}",
    /arms\.a\.method: expected at least 20 target images that have no label for it, found 4/,
  ),
  child(
    `${SHOTS}, method: few-shot-self-training`,
    /arms\.a\.method: expected at least 10 target images .*, found 0/,
  ),
]);

const at = (set: string) => `source: {dataset: ${set}}`;
/** A copy of the sets in which one image stands in another's place too. */
const twin = (from: string, to: string): Partial<Row> => ({
  prepare: async (here) => {
    await cp(source, join(here, "source"), { recursive: true });
    await cp(target, join(here, "target"), { recursive: true });
    await cp(join(here, from), join(here, to));
  },
});
const copies = { source: at("source"), target: "target: {dir: target}" };

faults("images that tell of one another", [
  whole(
    "a training photograph in the test",
    copies,
    /x\.jpg: expected an image that no other split has, found the same image as .*train.ants.a\.jpg/,
    twin("target/train/ants/a.jpg", "target/val/ants/x.jpg"),
  ),
  whole(
    "a photograph under two classes",
    copies,
    /a\.jpg: expected one class for each image, found the same image as/,
    twin("target/val/bees/a.jpg", "target/val/ants/x.jpg"),
  ),
  whole(
    "a held-out image of the source that is learned from",
    copies,
    /x\.jpg: expected an image that no other split has/,
    twin("source/train/ants/a.jpg", "source/val/ants/x.jpg"),
  ),
  whole(
    "a photograph that is in the source",
    copies,
    /expected a source of other images than the target's/,
    twin("target/train/ants/a.jpg", "source/train/ants/x.jpg"),
  ),
  whole(
    "other classes than the source's",
    { source: at("source"), target: "target: {dir: target}" },
    /val: expected the classes ants, bees, found ants, bees, wasps/,
    twin("source/train/ants/a.jpg", "target/val/wasps/x.jpg"),
  ),
]);

const STAND_IN = "{dataset: hymenoptera, fallback: {scene: scenes/standin.yaml, count: 6, val: 2}}";
const NOWHERE = { ANTBEE_DATA: "", ANTBEE_CACHE: "no-cache" };
describe("a known set that is not here", () => {
  const fetched = vi.fn(() => Promise.reject(new Error("no network")));
  beforeEach(() => {
    fetched.mockClear();
    vi.stubGlobal("fetch", fetched);
    onTestFinished(() => void vi.unstubAllGlobals());
  });

  it.each([
    ["run", [0]],
    ["ablate", [0, 1, 2]],
  ])("is planned by antbee %s and not fetched", async (command, seeds) => {
    const here = await temporaryFolder();
    const cwd = process.cwd();
    for (const [name, value] of Object.entries(NOWHERE)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    onTestFinished(() => process.chdir(cwd));
    process.chdir(here);
    const spec = {
      name: "e",
      source: { scene: "scenes/standard.yaml", count: 10, val: 2 },
      target: { dataset: "hymenoptera" },
      backbone: { name: "objectron_mobilenet_v2" },
      arms: { a: { track: "source-only", phases: [{ on: "source", train: "head", lr: 1e-3, epochs: 1 }] } },
    } as const;
    const plan = command === "run" ? dryRun : ablationDryRun;
    const { toFetch, target } = await plan(spec, { seeds });
    expect(toFetch).toMatch(
      /^the dataset hymenoptera \(antbee data fetch\), from https:.*zip; or unpack hymenoptera_data\.zip into data\//,
    );
    expect(target).toMatch(/real photographs, .*, to be fetched from https:/);
    expect(fetched).not.toHaveBeenCalled();
    expect(await readdir(here)).toEqual([]);
  });
  const arms = (text: string) => ({ target: `target: ${STAND_IN}`, arms: `arms: {a: {${text}}}` });
  const kShot = "track: k-shot, k: 4, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]";
  const nowhere = "track: source-only, phases: [{on: source, train: {from: nowhere}, lr: 1e-3, epochs: 1}]";
  faults("its labels", [
    whole("more labels than it will have", arms(kShot), /arms\.a\.k: expected at most the 3 images a class/, {
      env: NOWHERE,
    }),
    whole("a stage that there is not", arms(nowhere), /train\.from: expected a stage of/, { env: NOWHERE }),
  ]);
});

const named = (what: string, args: string[], says: RegExp): Row => ({
  what,
  args,
  code: 2,
  says,
  prepare: (here) => writeFile(join(here, "e.yaml"), Object.values(WHOLE).join("\n")),
});

faults("where it is run", [
  named(
    "a report in another's folder",
    ["run", "e.yaml", "--report", "."],
    /expected an empty folder or a report on e, found e\.yaml/,
  ),
  named(
    "a plan for a report in another's folder",
    ["run", "e.yaml", "--report", ".", "--dry-run"],
    /expected an empty folder or a report on e, found e\.yaml/,
  ),
  named("a report through a file", ["run", "e.yaml", "--report", "e.yaml/r"], /e\.yaml/),
  named(
    "runs through a file",
    ["run", "e.yaml", "--out", "e.yaml", "--dry-run"],
    /a part of the path is not a folder|e\.yaml/,
  ),
  named(
    "an unknown backbone",
    ["run", "e.yaml", "--backbone", "toString", "--dry-run"],
    /backbone: expected one of/,
  ),
]);

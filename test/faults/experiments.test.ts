/** Experiment files that cannot be run: found by the plan, before any work. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, onTestFinished, vi } from "vitest";
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
  what: text === "" ? `no ${part}` : text.slice(0, 90),
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
  other("seeds", "seeds: []", /seeds: expected a list with a length of at least 1/),
  other("seeds", "seeds: [0, 0]", /seeds: expected each seed once/),
  other("seeds", "seeds: [-1]", /seeds\.0: expected a number of at least 0/),
  other("seeds", "seeds: [1.5]", /seeds\.0: expected a whole number/),
  other("seeds", "seeds: [9007199254740993]", /seeds\.0: expected/),
  other("seeds", "seeds: 3", /seeds: expected a list, found 3/),
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

const STAND_IN = "{dataset: hymenoptera, fallback: {scene: scenes/standin.yaml, count: 6, val: 2}}";
const NOWHERE = { ANTBEE_DATA: "", ANTBEE_CACHE: "no-cache" };
describe("a stand-in that is not rendered yet", () => {
  beforeEach(() => {
    vi.stubGlobal("fetch", () => Promise.reject(new Error("no network")));
    onTestFinished(() => void vi.unstubAllGlobals());
  });
  const kShot = `arms: {a: {track: k-shot, k: 4, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}}`;
  faults("its labels", [
    {
      what: "more labels than it will have",
      args: ["run", "e.yaml", "--dry-run"],
      code: 2,
      says: /arms\.a\.k: expected at most the 3 images a class of the target, found 4/,
      env: NOWHERE,
      files: { "e.yaml": Object.values({ ...WHOLE, target: `target: ${STAND_IN}`, arms: kShot }).join("\n") },
    },
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

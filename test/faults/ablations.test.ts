/** Ablations that cannot be made: found by the plan, before any work. */
import { faults, type Row } from "./runner.js";
import { imageSets } from "./sets.js";

const { source, target } = await imageSets();

const HEAD = "{on: source, train: head, lr: 1e-3, epochs: 1}";
const WHOLE = {
  name: "name: e",
  source: "source: {scene: s.yaml, count: 10, val: 2}",
  target: `target: {dir: ${target}}`,
  backbone: "backbone: {name: objectron_mobilenet_v2}",
  arms: `arms: {a: {track: source-only, phases: [${HEAD}]}, o: {track: oracle, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}}`,
};

const SCENE = `name: s
subject: {antPreset: {choice: [lasius, atta]}}
light: {sun: {uniform: [0, 0.5]}}`;

/** @param scene put to the scene file */
const row = (
  flags: string,
  says: RegExp,
  { scene = "", ...changed }: Partial<typeof WHOLE> & { scene?: string } = {},
): Row => ({
  what: [flags, scene, ...Object.values(changed)].join(" ").slice(0, 90),
  args: ["ablate", "e.yaml", "--dry-run", ...flags.split(" ").filter(Boolean)],
  code: 2,
  says,
  files: { "e.yaml": Object.values({ ...WHOLE, ...changed }).join("\n"), "s.yaml": `${SCENE}\n${scene}` },
});

faults("the ablation", [
  row("--factors lihgt", /factors: expected one of subject, surroundings, .*lasius, atta, found "lihgt"/),
  row("--factors light.moon", /factors: expected one of .*, found "light\.moon"/),
  row("--factors light,,sensor", /factors: expected one of .*, found ""/),
  row("--factors=", /--factors: expected a value/),
  row("--factors light,light", /factors: expected each factor once, found light/),
  row("--factors lasius,ant.lasius", /factors: expected each factor once, found lasius/),
  row("--factors camera", /factors: expected a factor that the scene varies, found camera, at its neutral/),
  row("--factors honey", /factors: expected a preset beside others, found honey, the only one of bee/),
  row("--factors formica", /factors: expected one of .*, found "formica"/),
  row("--factors count=10", /factors: expected something to leave out, or another number of renders/),
  ...[
    "count",
    "count=",
    "count=0",
    "count=9..3",
    "count=1..2..4",
    "count=-5",
    "count=1e3",
    "count=99999999",
  ].map((text) => row(`--factors ${text}`, /factors: expected count=N or count=N\.\.M, .*, found "count/)),
  row("--factors light --arm b", /arm: expected one of the source-only arms a, found "b"/),
  row("--factors light --arm o", /arm: expected one of the source-only arms a, found "o"/),
  row("--factors light", /arm: expected a source-only arm, found none/, {
    arms: "arms: {o: {track: oracle, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}}",
  }),
  row("--factors light --seeds 0", /--seeds: expected a whole number of at least 1/),
  row("--factors light --seeds 0,0", /--seeds: expected each number once/),
  row("--factors light --seeds two", /--seeds: expected a whole number/),
  row("--factors light", /e\.yaml: source: expected a scene, whose factors are left out, found a dataset/, {
    source: `source: {dataset: ${source}}`,
  }),
  row("--factors light", /train: expected a folder, found nothing there/, {
    target: `target: {dir: ${target}/val}`,
  }),
  row("--factors light", /expected the classes ants, found ants, bees/, { scene: "classes: [ants]" }),
  row("--factors light", /arms\.a\.phases\.0\.train\.from: expected a stage of/, {
    arms: "arms: {a: {track: source-only, phases: [{on: source, train: {from: nowhere}, lr: 1e-3, epochs: 1}]}}",
  }),
]);

/** Scene files that cannot be rendered. */
import { execFileSync } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { faults, type Row } from "./runner.js";

const render = ["render", "s.yaml", "--count", "2", "--out", "x"];
const scene = (what: string, content: string | Uint8Array, says: RegExp): Row => ({
  what,
  args: render,
  code: 2,
  says,
  files: { "s.yaml": content },
});
const factor = (text: string, says: RegExp): Row => scene(text, `name: s\n${text}\n`, says);

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const bomb = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((name, i) => {
    const before = "abcdefghi"[i];
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`;
  }),
].join("\n");

faults("YAML", [
  scene("an alias bomb", bomb, /s\.yaml: expected anchors that are used 100 times at most/),
  scene("a value inside itself", "name: &a [*a]", /expected no value inside itself/),
  scene("an unknown anchor", "name: *a", /found an alias without its anchor/),
  scene("__proto__", "name: s\n__proto__: {a: 1}", /expected keys of one's own, found __proto__/),
  scene("__proto__ further in", "name: s\nlight: {__proto__: {sun: 1}}", /found __proto__/),
  scene("30,000 brackets", nested(30_000), /nested 64 deep at most/),
  scene("300 brackets", nested(300), /nested 64 deep at most/),
  scene("20,000 braces", "{a: ".repeat(15_000), /nested 64 deep at most/),
  scene("10,000 dashes", "- ".repeat(10_000), /nested 64 deep at most/),
  scene(
    "deep indentation",
    Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    /nested 64 deep/,
  ),
  scene("two documents", "name: s\n---\nname: t", /found several documents/),
  scene("a key twice", "name: s\nname: t", /s\.yaml:2: expected YAML, found Map keys must be unique/),
  scene("a list for a key", "name: s\n? [1, 2]\n: 3", /expected YAML/),
  scene("an open bracket", "name: [s", /s\.yaml:\d: expected YAML/),
  scene("an open quote", 'name: "s', /expected YAML/),
  scene("a tab for indentation", "light:\n\tsun: 1", /expected YAML/),
  scene("nothing", "", /s\.yaml: expected keys with values/),
  scene("null", "null", /expected keys with values, found null/),
  scene("a list", "[]", /expected keys with values, found \[\]/),
  scene("text", "ants", /expected keys with values, found "ants"/),
  scene("bytes", new Uint8Array(4096).fill(0xff), /s\.yaml/),
  scene(
    "more than any scene has",
    `name: s\n${"#".repeat(70_000)}`,
    /expected a file of at most 65536 bytes/,
  ),
  scene("its own base", "name: s\nextends: s.yaml", /extends: expected another scene/),
  scene(
    "a base that is not there",
    "name: s\nextends: t.yaml",
    /t\.yaml: expected a file, found nothing there/,
  ),
  scene(
    "a base that is a number",
    "name: s\nextends: 3",
    /extends: expected the path of a scene file, found 3/,
  ),
]);

faults("values", [
  scene("no name", "light: off", /name: expected text, found nothing/),
  ...["constructor", "toString", "valueOf"].map((name) =>
    scene(`the name ${name}`, `name: ${name}`, /name: expected a name that no object has already/),
  ),
  ...["../s", "a/b", ".hidden", '""', "a b", "ä"].map((name) =>
    scene(`the name ${name}`, `name: ${name}`, /name: expected a name of letters, digits/),
  ),
  scene("a name without end", `name: ${"n".repeat(300)}`, /a name of at most 80 characters/),
  factor("wingspan: 3", /wingspan: expected no such key/),
  factor("constructor: 3", /constructor: expected no such key/),
  factor("image: {width: 8}", /image\.width: expected a number of at least 16, found 8/),
  factor("image: {width: 1e9}", /image\.width: expected a number of at most 4096/),
  factor("image: {width: 99.5}", /image\.width: expected a whole number, found 99\.5/),
  factor("image: {format: gif}", /image\.format: expected one of jpg, png, found "gif"/),
  factor("image: []", /image: expected keys with values, found \[\]/),
  factor("classes: []", /classes/),
  factor("classes: [ants, ants]", /classes: expected classes that differ/),
  factor("classes: [wasps]", /classes\.0: expected one of ants, bees, found "wasps"/),
  factor("classes: ants", /classes: expected a list, found "ants"/),
  factor("passes: [x-rays]", /passes\.0: expected one of masks/),
  factor("surroundings: {flowers: {poisson: 3, min: 9, max: 2}}", /flowers: expected min at most max/),
  factor("surroundings: {flowers: {poisson: -1}}", /flowers\.poisson: expected a number of at least 0/),
  factor("surroundings: {flowers: {poisson: .inf}}", /flowers\.poisson: expected/),
  factor("surroundings: {flowers: {poisson: 3, luck: 7}}", /flowers\.luck: expected no such key/),
  factor("surroundings: {flowers: 2.5}", /flowers: expected a whole number, found 2\.5/),
  factor("surroundings: {flowers: {uniform: [1, 2]}}", /flowers: expected a value or a draw/),
  factor("surroundings: {flowers: {}}", /flowers: expected a value or a draw/),
  factor("light: {sun: {uniform: [0.2, 0.1]}}", /light\.sun\.uniform: expected low below high/),
  factor("light: {sun: {uniform: [1]}}", /light\.sun\.uniform/),
  factor("light: {sun: {uniform: 1}}", /light\.sun\.uniform: expected a list, found 1/),
  factor("light: {sun: {choice: []}}", /light\.sun\.choice/),
  factor("light: {sun: {choice: [0.1], weights: [1, 2]}}", /weights: expected one weight for each choice/),
  factor("light: {sun: {choice: [0.1], weights: [0]}}", /weights: expected weights with a sum above 0/),
  factor("light: {sun: {choice: [0.1], without: [0.1]}}", /without: expected some of the choices, not all/),
  factor(
    "light: {sun: {choice: [0.1, 0.2], weights: [1, 0], without: [0.1]}}",
    /without: expected some of the choices, not all/,
  ),
  factor("light: {sun: {choice: [0.1], without: [dim]}}", /sun\.without\.0: expected a number, found "dim"/),
  factor("light: {sun: .nan}", /light\.sun: expected/),
  factor("light: {sun: bright}", /light\.sun: expected a number, found "bright"/),
  factor("light: {sun: null}", /light\.sun: expected a number, found null/),
]);

faults("files", [
  { what: "no file", args: render, code: 2, says: /s\.yaml: expected a file, found nothing there/ },
  {
    what: "a folder",
    args: render,
    code: 2,
    says: /s\.yaml: expected a file, found a folder/,
    prepare: (here) => mkdir(join(here, "s.yaml")),
  },
  {
    what: "a pipe",
    args: render,
    code: 2,
    says: /s\.yaml: expected a file, found a pipe/,
    prepare: async (here) => execFileSync("mkfifo", [join(here, "s.yaml")]),
  },
  {
    what: "a device without end",
    args: render,
    code: 2,
    says: /s\.yaml: expected a file, found a device/,
    prepare: (here) => symlink("/dev/zero", join(here, "s.yaml")),
  },
  {
    what: "a link to itself",
    args: render,
    code: 2,
    says: /s\.yaml: its links lead in a circle/,
    prepare: (here) => symlink("s.yaml", join(here, "s.yaml")),
  },
  {
    what: "a path through a file",
    args: ["render", "a/s.yaml", "--count", "2", "--out", "x"],
    code: 2,
    says: /a part of the path is not a folder/,
    files: { a: "" },
  },
  {
    what: "a path that is too long",
    args: ["render", `${"s".repeat(300)}.yaml`, "--count", "2", "--out", "x"],
    code: 2,
    says: /the name is too long/,
  },
]);

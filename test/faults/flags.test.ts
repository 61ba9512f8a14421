/** Command lines that no command takes. */
import { faults, type Row } from "./runner.js";

const COMMANDS: Record<string, string[]> = {
  doctor: [],
  render: ["s.yaml", "--out", "x", "--count", "2"],
  validate: ["d"],
  stats: ["d"],
  vis: ["d"],
  export: ["d", "--format", "coco", "--out", "x"],
  replay: ["d", "--index", "0"],
  run: ["e.yaml"],
  eval: ["r", "--data", "d"],
  predict: ["r", "i.jpg"],
  compare: ["r", "--out", "x"],
  data: ["list"],
  init: ["mine"],
  backbones: ["list"],
  batch: ["d", "--out", "x.png"],
  cache: ["list"],
  backend: ["install"],
};
const UNKNOWN = ["--toString", "--constructor", "--__proto__", "-x", "--cuont=3", "--no-such"];

const unknownFlags = Object.entries(COMMANDS).flatMap(([name, args]) =>
  UNKNOWN.map(
    (flag): Row => ({
      what: `antbee ${name} ${flag}`,
      args: [name, ...args, flag],
      code: 2,
      says: new RegExp(
        `antbee ${name}: expected one of --.*, found ${flag.replace(/=.*/, "")}(; did you mean .*)?$`,
      ),
    }),
  ),
);

const NUMBERS: [flag: string, args: string[]][] = [
  ["count", ["render", "s.yaml", "--out", "x"]],
  ["seed", ["render", "s.yaml", "--out", "x", "--count", "2"]],
  ["start", ["render", "s.yaml", "--out", "x", "--count", "2"]],
  ["workers", ["render", "s.yaml", "--out", "x", "--count", "2"]],
  ["count", ["vis", "d"]],
  ["start", ["vis", "d"]],
  ["tile", ["vis", "d"]],
  ["images", ["stats", "d"]],
  ["first", ["validate", "d"]],
  ["index", ["replay", "d"]],
  ["count", ["batch", "d", "--out", "x.png"]],
  ["views", ["batch", "d", "--out", "x.png"]],
  ["seed", ["batch", "d", "--out", "x.png"]],
  ["seeds", ["run", "e.yaml"]],
  ["seed", ["data", "split", "d", "--out", "x"]],
  ["seed", ["init", "mine"]],
];
const NO_NUMBERS = ["0x10", "1e3", "-1", "1.5", "NaN", "many", "9007199254740993", " "];

const numbers = NUMBERS.flatMap(([flag, args]) =>
  NO_NUMBERS.map(
    (text): Row => ({
      what: `antbee ${args[0]} --${flag}=${text}`,
      args: [...args, `--${flag}=${text}`],
      code: 2,
      says: new RegExp(`--${flag}: expected a whole number of at (least|most) \\d+, found`),
    }),
  ),
);

const EMPTY: [flag: string, args: string[]][] = [
  ["out", ["render", "s.yaml", "--count", "2"]],
  ["out", ["export", "d", "--format", "coco"]],
  ["out", ["compare", "r"]],
  ["out", ["run", "e.yaml"]],
  ["report", ["run", "e.yaml"]],
  ["out", ["vis", "d"]],
  ["out", ["stats", "d"]],
  ["out", ["batch", "d"]],
  ["data", ["eval", "r"]],
  ["classes", ["eval", "r", "--data", "d"]],
  ["photos", ["init", "mine"]],
];
const empty = EMPTY.map(
  ([flag, args]): Row => ({
    what: `antbee ${args[0]} --${flag} ""`,
    args: [...args, `--${flag}`, ""],
    code: 2,
    says: new RegExp(`--${flag}: expected a value, found ""`),
  }),
);

const NAMES = ["toString", "constructor", "__proto__", "hasOwnProperty", "wasps"];
const names = NAMES.flatMap((name): Row[] => [
  { what: `antbee ${name}`, args: [name], code: 2, says: /antbee: expected one of doctor, .*, found "/ },
  { what: `antbee data ${name}`, args: ["data", name], code: 2, says: /expected one of list, fetch, check/ },
  {
    what: `antbee data fetch ${name}`,
    args: ["data", "fetch", name],
    code: 2,
    says: /dataset: expected one of/,
  },
  { what: `antbee cache ${name}`, args: ["cache", name], code: 2, says: /expected one of list, clear/ },
  { what: `antbee backbones ${name}`, args: ["backbones", name], code: 2, says: /expected list or fetch/ },
  {
    what: `antbee backbones fetch ${name}`,
    args: ["backbones", "fetch", name],
    code: 2,
    says: /antbee backbones fetch: expected one of .*, found "/,
  },
  {
    what: `antbee batch --backbone ${name}`,
    args: ["batch", "d", "--out", "x.png", "--backbone", name],
    code: 2,
    says: /backbone: expected one of/,
  },
]);

/** Every command that needs an argument, without any. */
const missing = Object.entries(COMMANDS)
  .filter(([name]) => !["doctor", "backbones", "render"].includes(name))
  .map(
    ([name]): Row => ({
      what: `antbee ${name}`,
      args: [name],
      code: 2,
      says: new RegExp(`antbee ${name}: expected (--)?[A-Za-z]+, as in: antbee ${name} .+, found nothing$`),
    }),
  );

faults("missing arguments", missing);
faults("unknown flags", unknownFlags);
faults("numbers", numbers);
faults("empty values", empty);
faults("names", names);
const CLASS_LISTS = ["ants", "ants=", "ants=a,ants=b", "ants=a,bees=a", "ants=a=b", "toString=a"];
const splitting = ["data", "split", "d", "--out", "x"];
faults("flags of photographs of one's own", [
  ...CLASS_LISTS.map(
    (list): Row => ({
      what: `--classes ${list}`,
      args: [...splitting, "--classes", list],
      code: 2,
      says: /--classes: expected CLASS=FOLDER pairs with commas between them, each name once, found/,
    }),
  ),
  ...["0", "1", "40%", "NaN", "-.4"].map(
    (share): Row => ({
      what: `--val=${share}`,
      args: [...splitting, `--val=${share}`],
      code: 2,
      says: /--val: expected a share above 0 and below 1/,
    }),
  ),
  {
    what: "a split into nowhere",
    args: ["data", "split", "d"],
    code: 2,
    says: /antbee data split: expected --out, as in: antbee data split my-photos --out photos, found nothing/,
  },
  {
    what: "a name that leads away",
    args: ["init", "../mine"],
    code: 2,
    says: /NAME: expected a name of letters/,
  },
  {
    what: "a folder that is another's",
    args: ["init", "mine"],
    code: 2,
    says: /mine: expected a new folder, or one of antbee init's, found notes\.txt/,
    files: { "mine/notes.txt": "x" },
  },
  {
    what: "a class without its folder",
    args: ["init", "mine", "--photos", "d", "--classes", "ants=ant,bees=bee"],
    code: 2,
    says: /d: expected the folder "ant" of the class ants, found hornet/,
    files: { "d/hornet/a.jpg": "x" },
  },
  ...["ants=a", "ants=a,bees=b,wasps=w", "ant=a,bee=b"].map(
    (list): Row => ({
      what: `init --classes ${list}`,
      args: ["init", "mine", "--photos", "d", "--classes", list],
      code: 2,
      says: /--classes: expected a folder for each of the scene's classes, ants, bees, found (ants?|ants, bees, wasps|ant, bee)$/,
      files: { "d/a/a.jpg": "x", "d/b/b.jpg": "x", "d/w/w.jpg": "x" },
    }),
  ),
]);
faults("the rest of a command line", [
  {
    what: "seeds twice",
    args: ["run", "e.yaml", "--seeds", "0,0"],
    code: 2,
    says: /--seeds: expected each number once/,
  },
  {
    what: "one argument too many",
    args: ["doctor", "here"],
    code: 2,
    says: /expected 0 arguments, found "here"/,
  },
  {
    what: "an empty argument",
    args: ["vis", ""],
    code: 2,
    says: /antbee vis: expected arguments with content/,
  },
  {
    what: "no scene",
    args: ["render", "--out", "x", "--count", "2"],
    code: 2,
    says: /a scene file, found nothing/,
  },
  ...["1000000000", "10000001"].map(
    (count): Row => ({
      what: `--count ${count}`,
      args: ["render", "s.yaml", "--out", "x", "--count", count],
      code: 2,
      says: /count: expected a whole number, 10000000 or less, found 1000/,
      files: { "s.yaml": "name: s" },
    }),
  ),
  { what: "no count", args: ["render", "s.yaml", "--out", "x"], code: 2, says: /--count N or --preview N/ },
  {
    what: "no out",
    args: ["render", "s.yaml", "--count", "2"],
    code: 2,
    says: /antbee render: expected --out, as in: antbee render \S+ --count 100 --out \S+, found nothing/,
  },
  ...["5/4", "0/4", "1/0", "1", "a/b", "1/99999999999999999999"].map(
    (shard): Row => ({
      what: `--shard ${shard}`,
      args: ["render", "s.yaml", "--out", "x", "--count", "2", "--shard", shard],
      code: 2,
      says: /--shard: expected k\/n with 1 <= k <= n/,
    }),
  ),
]);

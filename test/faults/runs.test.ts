/** Run folders that were damaged, edited or made up: no figure is made of them. */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { saveCheckpoint } from "../../adapt/backbones/checkpoint.js";
import { withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { writePredictions } from "../../eval/predictions/csv.js";
import {
  checkpointFile,
  claimRun,
  configKey,
  featuresFile,
  finishRun,
  metricsFile,
  predictionsFile,
  type RunConfig,
  SOURCE_PREDICTIONS,
  validatorsFile,
} from "../../src/experiment/store/store.js";
import { CLASSES, formulaBackbone } from "../adapt/made-up.js";
import { madeUpPredictions } from "../eval/made-up.js";
import { madeUpRecord } from "../experiment/made-up-record.js";
import { lastingFolder, writeImage } from "../support.js";
import { faults, type Row } from "./runner.js";

const TARGET = "photos";
const out = await lastingFolder();
await useBackend();
const image = await writeImage(join(out, "image.jpg"), [90, 160, 40]);
const run = join(out, "e", "source-only", "seed-0");

/** @param images letter of the target's hash */
const configOf = (experiment: string, images: string): RunConfig => ({
  experiment,
  arm: "source-only",
  seed: 0,
  lineage: [{ name: "source-only", track: "source-only", phases: [] }],
  target: { dataset: TARGET, kind: "real", sha256: images.repeat(64) },
});

async function writeRun(): Promise<void> {
  const config = configOf("e", "a");
  await claimRun(out, config);
  await saveCheckpoint(checkpointFile(run), withHead(formulaBackbone(), CLASSES, 0));
  for (const [dataset, counts] of [
    [SOURCE_PREDICTIONS, [12, 12]],
    [TARGET, [20, 20]],
  ] as const) {
    await writePredictions(predictionsFile(run, dataset), madeUpPredictions(dataset, counts, 2, 0));
    const rows = counts[0] + counts[1];
    const features = { shape: [rows, 2], data: Float32Array.from({ length: 2 * rows }, (_, i) => i % 7) };
    await writeSafetensors(featuresFile(run, dataset), { features });
  }
  await writeFile(metricsFile(run), '{"phase":"head","epoch":1,"trainLoss":0.4}\n');
  const scores = { sourceAccuracy: 1, meanEntropy: 0.1, im: 0.2, bnm: 0.3, snd: 1 };
  await writeFile(validatorsFile(run), `${JSON.stringify({ epoch: 1, scores, accuracy: 0.5 })}\n`);
  const target = { dataset: TARGET, kind: "real" as const, split: "val", n: 40 };
  const { experiment, arm, seed } = config;
  await finishRun(out, config, { ...madeUpRecord, experiment, arm, seed, track: "source-only", target });
}
await writeRun();

/** A copy of the run in the row's folder, with one thing done to it. */
const onRun = (
  what: string,
  args: readonly string[],
  says: RegExp,
  damage: (here: string) => Promise<unknown>,
): Row => ({
  what,
  args,
  code: 2,
  says,
  prepare: async (here) => {
    await cp(run, join(here, "e/source-only/seed-0"), { recursive: true });
    await damage(join(here, "e/source-only/seed-0"));
  },
});

const COMPARE = ["compare", "e", "--out", "report"];
const PREDICT = ["predict", "e", image];

/** Forgets the hashes, as records did that were written before there were any. */
const forget = (folder: string): Promise<void> => rewrite(folder, { files: undefined });

/** Another record of no hash of its own, as older ones have none. */
async function rewrite(folder: string, change: object): Promise<void> {
  const path = join(folder, "run.json");
  const { self: _, ...record } = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...record, ...change }));
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(path, bytes);
}

const EVIDENCE = [
  "config.yaml",
  "environment.json",
  "metrics.jsonl",
  "validators.jsonl",
  "predictions/source.csv",
  `predictions/${TARGET}.csv`,
  "features/source.safetensors",
  `features/${TARGET}.safetensors`,
];
const DAMAGES: [string, (path: string) => Promise<unknown>][] = [
  ["with one bit changed", flip],
  ["empty", (path) => writeFile(path, "")],
  ["null", (path) => writeFile(path, "null\n")],
  ["cut short", async (path) => writeFile(path, (await readFile(path)).subarray(0, -3))],
];

faults(
  "files that are not what the run wrote",
  EVIDENCE.flatMap((path) =>
    DAMAGES.map(([how, damage]) =>
      onRun(`${path}, ${how}`, COMPARE, /expected the file that the run wrote \(sha256 /, (folder) =>
        damage(join(folder, path)),
      ),
    ),
  ),
);

const GONE: [string, RegExp][] = [
  ["config.yaml", /config\.yaml: expected a file, found nothing there/],
  ["environment.json", /environment\.json: expected the file that the run wrote, found nothing there/],
  ["metrics.jsonl", /metrics\.jsonl: expected the file that the run wrote, found nothing there/],
  ["validators.jsonl", /validators\.jsonl: expected the file that the run wrote, found nothing there/],
  ["predictions/source.csv", /source\.csv: expected a file, found nothing there/],
  [`predictions/${TARGET}.csv`, /photos\.csv: expected a file, found nothing there/],
  ["run.json", /expected a finished run \(antbee run\), found none/],
];
faults(
  "files that are gone",
  GONE.map(([path, says]) => onRun(path, COMPARE, says, (folder) => rm(join(folder, path)))),
);

/** @param odd root or preprocessing in other words */
const domain = ({ root = "/r", ...odd }: { root?: string; size?: number; resize?: number }): string =>
  JSON.stringify({
    root,
    preprocessing: { size: 8, resize: 8, mean: [0, 0, 0], std: [1, 1, 1], ...odd },
    images: [],
  });

const GARBAGE: [path: string, content: string, says: RegExp][] = [
  ["config.yaml", "null", /config\.yaml: expected keys with values, found null/],
  ["config.yaml", "key: [", /config\.yaml:\d: expected YAML/],
  ["config.yaml", "{}", /config\.yaml: key: expected text, found nothing/],
  ["config.yaml", "a: &a [*a]", /expected no value inside itself/],
  ["config.yaml", "{key: k, experiment: e, arm: a, seed: 0, lineage: []}", /lineage: expected a list/],
  ["environment.json", "null", /environment\.json: expected keys with values, found null/],
  ["environment.json", "{", /environment\.json: expected JSON, found other text/],
  ["metrics.jsonl", "null\n", /metrics\.jsonl:1: expected keys with values, found null/],
  ["metrics.jsonl", "{}\n", /metrics\.jsonl:1: phase: expected text, found nothing/],
  ["metrics.jsonl", "garbage\n", /metrics\.jsonl:1: expected a JSON record, found other text/],
  [
    "metrics.jsonl",
    '{"phase":"head","epoch":"one"}\n',
    /epoch: expected a whole number|epoch: expected a number/,
  ],
  ["validators.jsonl", "[]\n", /validators\.jsonl:1: expected keys with values, found \[\]/],
  ["validators.jsonl", '{"epoch":1,"scores":{},"accuracy":1}\n', /scores\.sourceAccuracy: expected a number/],
  ["predictions/source.csv", "", /source\.csv: expected the columns id,split,label,p_<class>/],
  ["predictions/source.csv", "id,split,label\n", /expected the columns/],
  ["predictions/source.csv", "id,split,label,p_ants,p_bees\n", /expected a row for every image, found none/],
  [
    "predictions/source.csv",
    "id,split,label,p_ants,p_bees\na,val,ants,2,-1\n",
    /expected a probability in \[0, 1\]/,
  ],
  [
    "predictions/source.csv",
    "id,split,label,p_ants,p_bees\na,val,ants,.5,.4\n",
    /probabilities that sum to 1/,
  ],
  ["predictions/source.csv", "id,split,label,p_ants,p_bees\na,val,ants,NaN,1\n", /expected a probability/],
  ["predictions/source.csv", "id,split,label,p_bees,p_ants\na,val,ants,0,1\n", /classes in sorted order/],
  ["predictions/source.csv", "id,split,label,p_ants,p_bees\na,val,wasps,0,1\n", /a label among ants, bees/],
  [
    "predictions/source.csv",
    "id,split,label,p_ants,p_bees\na,val,ants,0\n",
    /expected 2 probabilities, found 1/,
  ],
  ["predictions/source.csv", 'id,split,label,p_ants,p_bees\n"a,val', /expected comma-separated values/],
  ["predictions/source.csv", "\0\0\0", /expected the columns/],
  ["features/source.safetensors", "", /expected a safetensors file, found a file of 0 bytes/],
  [
    "predictions/source.csv",
    "id,split,label,p_ants,p_bees\na,val,ants,0x1,0\n",
    /expected a probability in \[0, 1\], found NaN/,
  ],
  [
    `predictions/${TARGET}.csv`,
    "id,split,label,p_ants,p_bees\na,train,ants,1,0\n",
    /photos\.csv \(a\): expected the split val, found "train"/,
  ],
  [`draws/${TARGET}.csv`, "", /expected the columns id,draw_1/],
  [`draws/${TARGET}.csv`, "id,draw_1\n", /expected a row for every image, found none/],
  [`draws/${TARGET}.csv`, "id,draw_1\na,ants\na,ants\n", /expected one row for "a", found several/],
  [`draws/${TARGET}.csv`, "id,draw_1\na,\n", /expected a class for each of 1 draws/],
  [`draws/${TARGET}.csv`, "id,draw_2\na,ants\n", /expected the columns id,draw_1/],
  [`draws/${TARGET}.csv`, "id,draw_1\na,ants\n", /expected 0 draws beside the run's own, found 1/],
  ["domains/source.json", "null", /domains.source\.json: expected keys with values, found null/],
  ["domains/source.json", domain({ root: "/a\0b" }), /source\.json: root: expected a path, found/],
  ["domains/source.json", domain({ resize: 1e9 }), /resize: expected a number of at most 4096/],
  ["domains/source.json", domain({ size: 999 }), /preprocessing: expected a size within what is resized/],
  ["../../../ledger.jsonl", "{}\n", /ledger\.jsonl:1: configHash: expected text, found nothing/],
  ["../../../ledger.jsonl", "null\n", /ledger\.jsonl:1: expected keys with values, found null/],
  ["features/source.safetensors", "not a tensor in it", /expected a safetensors file|expected a header/],
];
faults(
  "files of no meaning",
  GARBAGE.map(([path, content, says]) =>
    onRun(`${path}: ${JSON.stringify(content).slice(0, 60)}`, COMPARE, says, async (folder) => {
      await forget(folder);
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }),
  ),
);

const SHAPES: [number[], number[], RegExp][] = [
  [
    [24],
    [40, 2],
    /source\.safetensors: expected features of 24 images in 2 dimensions, found the shape \[24\]/,
  ],
  [[24, 2, 2], [40, 2], /found the shape \[24,2,2\]/],
  [[24, 0], [40, 2], /found the shape \[24,0\]/],
  [[23, 2], [40, 2], /found the shape \[23,2\]/],
  [[24, 2], [40, 3], /expected as many features of the target as of the source, 2, found 3/],
];
faults(
  "features of other shapes",
  SHAPES.map(([ofSource, ofTarget, says]) =>
    onRun(`[${ofSource}] beside [${ofTarget}]`, COMPARE, says, async (folder) => {
      await forget(folder);
      for (const [dataset, shape] of [
        [SOURCE_PREDICTIONS, ofSource],
        [TARGET, ofTarget],
      ] as const) {
        const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
        await writeSafetensors(featuresFile(folder, dataset), { features: { shape, data } });
      }
    }),
  ),
);

const recordWith = (change: object) => async (folder: string) => {
  const path = join(folder, "run.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...change }));
};
const EDITED = /run\.json: expected the record that the run wrote, found one that was changed/;
const RECORDS: [string, object, RegExp][] = [
  ["another label budget", { track: "unlabelled" }, EDITED],
  ["more images", { target: { dataset: TARGET, kind: "real", split: "val", n: 41 } }, EDITED],
  ["another seed", { seed: 7 }, EDITED],
  ["no hashes", { files: {} }, EDITED],
  ["a key of its own", { luck: 7 }, EDITED],
  ["track", { track: "magic" }, /run\.json: track: expected one of zero-training/],
  ["seed", { seed: -1 }, /run\.json: seed: expected a number of at least 0/],
  ["target", { target: null }, /run\.json: target: expected keys with values, found null/],
  [
    "a target that is a path",
    { target: { dataset: "../../x", kind: "real", split: "val", n: 1 } },
    /dataset: expected a name without slashes/,
  ],
  ["backbone", { backbone: "b" }, /run\.json: backbone: expected keys with values, found "b"/],
  ["inputs", { inputs: {} }, /run\.json: inputs: expected a list/],
  ["experiment", { experiment: ".." }, /experiment: expected a name without slashes/],
  ["files", { files: { "metrics.jsonl": "?" } }, /expected a sha256/],
  ["seconds", { seconds: "long" }, /seconds: expected a number, found "long"/],
];
faults("records", [
  ...RECORDS.map(([what, change, says]) => onRun(what, COMPARE, says, recordWith(change))),
  ...["null", "[]", "3", '"run"', "{}", ""].map((content) =>
    onRun(`run.json: ${content || "empty"}`, COMPARE, /run\.json: (\S+: )?expected/, (folder) =>
      writeFile(join(folder, "run.json"), content),
    ),
  ),
]);

const CONTRADICTIONS: [string, object, RegExp][] = [
  ["key", { key: "?" }, /seed-0: key: expected what the run was configured with, "[0-9a-f]{64}", found "\?"/],
  [
    "experiment",
    { experiment: "f" },
    /experiment: expected what the run was configured with, "e", found "f"/,
  ],
  ["arm", { arm: "__proto__" }, /arm: expected what .*, "source-only", found "__proto__"/],
  ["seed", { seed: 1 }, /seed: expected what .*, 0, found 1/],
  ["track", { track: "unlabelled" }, /track: expected what .*, "source-only", found "unlabelled"/],
  ["k", { track: "source-only", k: 3 }, /k: expected what .*, null, found 3/],
  [
    "target",
    { target: { dataset: SOURCE_PREDICTIONS, kind: "real", split: "val", n: 24 } },
    /target\.dataset: expected what .*, "photos", found "source"/,
  ],
  [
    "kind",
    { target: { dataset: TARGET, kind: "stand-in", split: "val", n: 40 } },
    /target\.kind: expected what .*, "real", found "stand-in"/,
  ],
];
const beside = (what: string, says: RegExp, more: (here: string) => Promise<unknown>, also = "e") =>
  onRun(what, ["compare", "e", also, "--out", "report"], says, (folder) => more(join(folder, "../../..")));

faults("records that contradict their configuration, and runs one another", [
  ...CONTRADICTIONS.map(([what, change, says]) =>
    onRun(what, COMPARE, says, (folder) => rewrite(folder, change)),
  ),
  onRun(
    "another's configuration",
    COMPARE,
    /key: expected what the run was configured with/,
    async (folder) => {
      await forget(folder);
      const { key: _, ...config } = { key: "", ...configOf("e", "a"), views: 9 };
      await writeFile(
        join(folder, "config.yaml"),
        stringify({ key: configKey(configOf("e", "a")), ...config }),
      );
    },
  ),
  beside("a run under another seed", /expected every seed once, found seed 0 twice/, (here) =>
    cp(join(here, "e/source-only/seed-0"), join(here, "e/source-only/seed-1"), { recursive: true }),
  ),
  beside("a file in a run's place", /seed-1: expected a run's folder, found something else/, (here) =>
    writeFile(join(here, "e/source-only/seed-1"), ""),
  ),
  beside(
    "a target of the same names and other images",
    /f.source-only.seed-0: expected the target's images of .* \(sha256 a+\), found others \(sha256 b+\)/,
    async (here) => {
      const folder = join(here, "f/source-only/seed-0");
      await cp(join(here, "e/source-only/seed-0"), folder, { recursive: true });
      const config = configOf("f", "b");
      await writeFile(join(folder, "config.yaml"), stringify({ key: configKey(config), ...config }));
      await rewrite(folder, { key: configKey(config), experiment: "f", files: undefined });
    },
    "f",
  ),
]);

faults("classifiers", [
  onRun("no checkpoint", PREDICT, /checkpoint of a trained run, found nothing there/, (folder) =>
    rm(checkpointFile(folder)),
  ),
  onRun(
    "a checkpoint with one bit changed",
    PREDICT,
    /checkpoint\.safetensors: expected the file that the run wrote/,
    (folder) => flip(checkpointFile(folder)),
  ),
  onRun(
    "another's checkpoint",
    PREDICT,
    /expected a checkpoint of antbee's, found other weights/,
    async (folder) => {
      await forget(folder);
      await writeSafetensors(checkpointFile(folder), {});
    },
  ),
  onRun(
    "no image",
    ["predict", "e", "no.jpg"],
    /no\.jpg: expected a file, found nothing there/,
    async () => undefined,
  ),
  onRun(
    "a folder for an image",
    ["predict", "e", "e"],
    /e: expected a file, found a folder/,
    async () => undefined,
  ),
  onRun(
    "another's picture",
    [...PREDICT, "--explain", "--out", "."],
    /image\.grad-cam\.png: expected a new file or a picture/,
    (folder) => writeFile(join(folder, "../../../image.grad-cam.png"), "mine"),
  ),
  ...["..", ".", "a/b", "../train", "/"].map((split) =>
    onRun(
      `a split ${split}`,
      ["eval", "e", "--data", "d", "--split", split],
      /split: expected the name of a folder/,
      async () => undefined,
    ),
  ),
  onRun(
    "no data",
    ["eval", "e", "--data", "d"],
    /d: expected a folder, found nothing there/,
    async () => undefined,
  ),
]);

faults("reports", [
  onRun(
    "another's page",
    COMPARE.with(3, "."),
    /expected an empty folder or a report on e, found/,
    (folder) => writeFile(join(folder, "../../../index.html"), "mine"),
  ),
  onRun(
    "another experiment's report",
    COMPARE.with(3, "e"),
    /expected a folder for the report on e, found a report on other/,
    (folder) => writeFile(join(folder, "../../report.json"), '{"schema":1,"experiment":"other"}'),
  ),
  onRun("a report that is none", COMPARE.with(3, "e"), /report\.json: expected/, (folder) =>
    writeFile(join(folder, "../../report.json"), "null"),
  ),
  onRun(
    "a file in the report's place",
    COMPARE.with(3, "e/source-only/seed-0/run.json"),
    /run\.json: expected a folder, found a file/,
    async () => undefined,
  ),
  {
    what: "nothing to compare",
    args: COMPARE,
    code: 2,
    says: /e: expected a run, an arm or an experiment folder/,
  },
  {
    what: "a folder without runs",
    args: ["compare", ".", "--out", "report"],
    code: 2,
    says: /expected a finished run/,
  },
  {
    what: "a report where no folder can be",
    args: ["render", "s.yaml", "--count", "2", "--out", "/proc/x"],
    code: 1,
    says: /\/proc\/x: no folder can be made there/,
    files: { "s.yaml": "name: s" },
  },
]);

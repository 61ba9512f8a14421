/** Rendered folders whose own files are damaged or made up: no command takes them for labels. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { manifestOf } from "../../sim/dataset/manifest.js";
import { mergeDataset } from "../../sim/dataset/merge.js";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { tinyScene } from "../sim/tiny.js";
import { temporaryFolder } from "../support.js";
import { fingerprint } from "./processes.js";
import { faults, type Row } from "./runner.js";

const scene = tinyScene();
const MANIFEST = JSON.stringify(manifestOf(scene, 0, ["masks"]));

const COMMANDS: Record<string, string[]> = {
  validate: ["validate", "d"],
  stats: ["stats", "d"],
  vis: ["vis", "d", "--out", "sheet.png"],
  export: ["export", "d", "--format", "coco", "--out", "x"],
  replay: ["replay", "d", "--index", "0"],
  merge: ["render", "--merge", "--out", "d"],
};

const GARBAGE: [content: string, says: RegExp][] = [
  ["null\n", /1-of-1\.jsonl:1: expected a picture's record, found other JSON/],
  ["garbage\n", /1-of-1\.jsonl:1: expected a JSON record, found other text/],
  ["{}\n", /1-of-1\.jsonl:1: expected a picture's record/],
  ["[]\n", /1-of-1\.jsonl:1: expected a picture's record/],
  ['{"index": -1}\n', /1-of-1\.jsonl:1: expected a picture's record/],
  ['{"index": 0, "label": "constructor"}\n', /1-of-1\.jsonl:1: expected a picture's record/],
  [
    '{"index": 0, "label": "ants", "split": "train", "image": "../../x.jpg"}\n',
    /1-of-1\.jsonl:1: \S+: expected/,
  ],
  ["\0\0\0\n", /1-of-1\.jsonl:1: expected a JSON record/],
];

const dataset = (records: string, manifest = MANIFEST) => ({
  "d/dataset.json": manifest,
  "d/scene.resolved.yaml": stringify(scene),
  "d/records/1-of-1.jsonl": records,
});

for (const [name, args] of Object.entries(COMMANDS))
  if (name !== "replay")
    faults(
      `records, antbee ${name}`,
      GARBAGE.map(
        ([records, says]): Row => ({
          what: JSON.stringify(records).slice(0, 60),
          args,
          code: 2,
          says,
          files: dataset(records),
        }),
      ),
    );

faults(
  "manifests",
  Object.entries(COMMANDS).flatMap(([name, args]) =>
    ["null", "{", "[]", "{}"].map(
      (manifest): Row => ({
        what: `antbee ${name} of ${manifest}`,
        args,
        code: 2,
        says: /dataset\.json: (\S+: )?expected/,
        files: dataset("", manifest),
      }),
    ),
  ),
);

it("sweeps what killed writers left where shards are merged", async () => {
  const out = join(await temporaryFolder(), "out");
  await renderDataset({ scene, out, count: 2, workers: 1 });
  await mergeDataset(out);
  const whole = await fingerprint(out);
  for (const place of ["annotations", "images", "records"])
    await writeFile(join(out, place, ".half.jpg.4711-0.tmp"), "half");
  await mergeDataset(out);
  expect(await fingerprint(out)).toEqual(whole);
});

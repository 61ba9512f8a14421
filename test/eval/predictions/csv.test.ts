import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPredictions } from "../../../eval/predictions/check.js";
import {
  formatPredictions,
  parsePredictions,
  readPredictions,
  writePredictions,
} from "../../../eval/predictions/csv.js";
import { AntbeeError } from "../../../src/shared/errors.js";
import type { Predictions } from "../../../src/shared/types.js";
import { temporaryFolder } from "../../support.js";

const HEADER = "id,split,label,p_ants,p_bees";
const good = [HEADER, "val/ants/a.jpg,val,ants,0.9,0.1", "val/bees/b.jpg,val,,0.25,0.75"];

async function file(lines: string[]): Promise<string> {
  const path = join(await temporaryFolder(), "hymenoptera.csv");
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

describe("predictions.csv", () => {
  it("reads rows, and takes an empty label for unknown", async () => {
    const read = await readPredictions(await file(good));
    expect(read).toEqual({
      dataset: "hymenoptera",
      classes: ["ants", "bees"],
      rows: [
        { id: "val/ants/a.jpg", split: "val", label: "ants", p: [0.9, 0.1] },
        { id: "val/bees/b.jpg", split: "val", label: null, p: [0.25, 0.75] },
      ],
    });
  });

  it("writes rows by id and gives every bit back", () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.string({ minLength: 1 }).filter((id) => !id.includes("\r")),
          { minLength: 1 },
        ),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ids, p) => {
          const rows = ids.map((id) => ({ id, split: "val", label: null, p: [p, 1 - p] }));
          const written: Predictions = { dataset: "x", classes: ["ants", "bees"], rows };
          const read = parsePredictions(formatPredictions(written), "x.csv");
          const byId = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
          expect(read.rows).toEqual(byId);
        },
      ),
    ));

  it("writes these very bytes: quotes only where they are needed, numbers in full, line feeds alone", () => {
    const ids = ["plain.jpg", " a b.jpg", 'quo"ted', "com,ma", "line\nfeed", "return\rhere", "=1;2"];
    const rows = ids.map((id) => ({ id, split: "val", label: null, p: [1 / 3, 2 / 3] }));
    rows[0]!.p = [1, 1e-7];
    const written = formatPredictions({ dataset: "x", classes: ["a,b", "c"], rows });
    const third = "0.3333333333333333,0.6666666666666666";
    expect(written).toBe(
      [
        'id,split,label,"p_a,b",p_c',
        ` a b.jpg,val,,${third}`,
        `=1;2,val,,${third}`,
        `"com,ma",val,,${third}`,
        `"line\nfeed",val,,${third}`,
        "plain.jpg,val,,1,1e-7",
        `"quo""ted",val,,${third}`,
        `"return\rhere",val,,${third}`,
        "",
      ].join("\n"),
    );
  });

  it("keeps an existing file when what is to be written is wrong", async () => {
    const path = await file(good);
    const wrong = {
      dataset: "x",
      classes: ["ants", "bees"],
      rows: [{ id: "a", split: "val", label: null, p: [2, -1] }],
    };
    await expect(writePredictions(path, wrong)).rejects.toThrow(AntbeeError);
    expect(await readFile(path, "utf8")).toContain("val/bees/b.jpg");
  });

  const a = good[1]!;
  const cases: [string, string[], string][] = [
    ["a doubled id", [...good, a], 'expected one row for "val/ants/a.jpg", found several'],
    [
      "an unknown id",
      [...good, "val/ants/z.jpg,val,ants,1,0"],
      'expected only ids of the dataset, found "val/ants/z.jpg"',
    ],
    ["a missing id", [HEADER, a], 'expected a row for "val/bees/b.jpg", found none'],
    [
      "NaN",
      [HEADER, "val/ants/a.jpg,val,ants,NaN,0.1"],
      "(val/ants/a.jpg) p_ants: expected a probability in [0, 1], found NaN",
    ],
    [
      "an empty probability",
      [HEADER, "val/ants/a.jpg,val,ants,1,"],
      "p_bees: expected a probability in [0, 1], found NaN",
    ],
    [
      "a negative probability",
      [HEADER, "val/ants/a.jpg,val,ants,1.1,-0.1"],
      "p_ants: expected a probability in [0, 1], found 1.1",
    ],
    [
      "probabilities that sum to .7",
      [HEADER, "val/ants/a.jpg,val,ants,0.5,0.2"],
      "expected probabilities that sum to 1, found a sum of 0.7",
    ],
    [
      "another class list",
      ["id,split,label,p_ants,p_wasps", a],
      "expected the classes ants, bees, found ants, wasps",
    ],
    ["unsorted classes", ["id,split,label,p_bees,p_ants", a], "expected classes in sorted order, each once"],
    [
      "a label that is no class",
      [HEADER, "val/ants/a.jpg,val,wasps,0.9,0.1"],
      'expected a label among ants, bees, or none, found "wasps"',
    ],
    ["a missing column", ["id,label,p_ants,p_bees", a], "expected the columns id,split,label,p_<class>"],
    ["a row cut short", [HEADER, "val/ants/a.jpg,val,ants,0.9"], "expected 2 probabilities, found 1"],
    ["no row", [HEADER], "expected a row for every image, found none"],
    ["an open quote", [HEADER, '"val/ants/a.jpg,val,ants,1,0'], "expected comma-separated values"],
  ];
  it.each(cases)("refuses %s in one sentence, exit 2", async (_name, lines, message) => {
    const path = await file(lines);
    const expected = { classes: ["ants", "bees"], ids: ["val/ants/a.jpg", "val/bees/b.jpg"] };
    const error = await readPredictions(path, expected).catch((e) => e);
    expect(error).toBeInstanceOf(AntbeeError);
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(message);
    expect(error.message).toContain(path);
    expect(error.message).not.toContain("\n");
  });

  it("accepts float32 probabilities", () => {
    const p = [Math.fround(1 / 3), Math.fround(1 / 3), Math.fround(1 / 3)];
    const predictions = {
      dataset: "x",
      classes: ["a", "b", "c"],
      rows: [{ id: "1", split: "val", label: "a", p }],
    };
    expect(() => checkPredictions("x", predictions)).not.toThrow();
  });
});

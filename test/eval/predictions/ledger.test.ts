import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  baseLedgerPath,
  configHash,
  countOpenings,
  openSealedLabels,
  readLedger,
  withLabels,
} from "../../../eval/predictions/ledger.js";
import { temporaryFolder } from "../../support.js";

const entry = { configHash: "aa", reason: "final figures", dataset: "hymenoptera", split: "val" };

describe("ledger", () => {
  let path: string;
  beforeEach(async () => {
    path = join(await temporaryFolder(), "deep", "ledger.jsonl");
  });

  it("has the line before the labels are read", async () => {
    const labels = await openSealedLabels(path, entry, async () => {
      expect(JSON.parse(await readFile(path, "utf8"))).toEqual(entry);
      return new Map([["a", "ants"]]);
    });
    expect(labels.get("a")).toBe("ants");
  });

  it("keeps the labels sealed where it cannot write", async () => {
    let opened = false;
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    const attempt = openSealedLabels(join(file, "ledger.jsonl"), entry, () => {
      opened = true;
    });
    await expect(attempt).rejects.toThrow("file");
    expect(opened).toBe(false);
  });

  it("refuses an opening without a reason", async () => {
    const silent = { ...entry, reason: "" };
    await expect(openSealedLabels(path, silent, () => 1)).rejects.toThrow(
      /ledger\.jsonl:1: reason: expected text with a length of at least 1, found ""/,
    );
    expect(await readLedger([path])).toEqual([]);
  });

  it("counts repeats of one configuration once, and other splits and datasets apart", () => {
    const other = { ...entry, configHash: "bb" };
    const apart = [
      { ...entry, configHash: "cc", split: "train" },
      { ...entry, configHash: "dd", dataset: "folder" },
    ];
    const all = [entry, entry, other, ...apart];
    expect(countOpenings(all, "hymenoptera", "val")).toBe(2);
    expect(countOpenings(all, "folder", "val")).toBe(1);
  });

  it("only ever appends", async () => {
    await openSealedLabels(path, entry, () => 0);
    await openSealedLabels(path, { ...entry, configHash: "bb" }, () => 0);
    expect((await readLedger([path, path])).map((e) => e.configHash)).toEqual(["aa", "bb", "aa", "bb"]);
  });

  it("names the line at fault", async () => {
    await openSealedLabels(path, entry, () => 0);
    await writeFile(path, `${await readFile(path, "utf8")}{"reason": "?"}\n`);
    await expect(readLedger([path])).rejects.toThrow(
      "ledger.jsonl:2: configHash: expected text, found nothing",
    );
  });

  it("comes with the openings before the project", async () => {
    const base = await readLedger([baseLedgerPath()]);
    expect(countOpenings(base, "hymenoptera", "val")).toBeGreaterThanOrEqual(11);
  });

  it("hashes a configuration whatever the order of its keys", () => {
    expect(configHash({ a: 1, b: 2 })).toBe(configHash({ b: 2, a: 1 }));
    expect(configHash({ a: 1 })).not.toBe(configHash({ a: 2 }));
  });

  it("fills labels in, and names the first image that has none", () => {
    const rows = [{ id: "a", split: "val", label: null, p: [1, 0] }];
    const predictions = { dataset: "x", classes: ["ants", "bees"], rows };
    expect(withLabels(predictions, new Map([["a", "ants"]])).rows[0]!.label).toBe("ants");
    expect(() => withLabels(predictions, new Map())).toThrow("x (a): expected a label, found none");
  });
});

/** Sealed sets are known by the content of their images; every opening of labels is in the ledger and told. */
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { countOpenings, type LedgerEntry, readLedger } from "../../eval/predictions/ledger.js";
import { evaluateFolder } from "../../src/experiment/evaluate/evaluate.js";
import { planExperiment } from "../../src/experiment/plan/plan.js";
import { runExperiment } from "../../src/experiment/run.js";
import { sealedSets } from "../../src/experiment/source/sealed-set.js";
import type { ExperimentEvent } from "../../src/experiment/spec/events.js";
import type { ExperimentSpec } from "../../src/experiment/spec/schema.js";
import { openFlatFolder, openImageFolder } from "../../src/shared/dataset.js";
import { datasets } from "../../src/shared/datasets/index.js";
import { sha256File } from "../../src/shared/files.js";
import { antbee, hymenoptera, lastingFolder, writeImage } from "../support.js";

type Opening = Extract<ExperimentEvent, { type: "opening" }>;

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const HYMENOPTERA = { dataset: "hymenoptera", split: "val" };

/** Pictures of one colour each, no two alike. */
async function writePictures(root: string, blue: number, per = 3): Promise<string> {
  for (const split of ["train", "val"])
    for (const [label, red] of Object.entries({ ants: 70, bees: 200 }))
      for (let i = 0; i < per; i++) {
        const green = split === "train" ? 60 : 120;
        await writeImage(join(root, split, label, `${i}.jpg`), [red + 9 * i, green, blue], 64);
      }
  return root;
}

async function copyAs(from: string, ...to: string[]): Promise<void> {
  await mkdir(dirname(at(...to)), { recursive: true });
  await copyFile(from, at(...to));
}

const spec = (name: string, changes: Partial<ExperimentSpec> = {}): ExperimentSpec => ({
  name,
  source: { dataset: at("renders") },
  target: { dir: at("photos") },
  backbone: { name: "objectron_mobilenet_v2" },
  views: 0,
  arms: {
    "source-only": {
      track: "source-only",
      phases: [{ on: "source", train: "head", lr: 1e-3, epochs: 1, select: "last" }],
    },
  },
  ...changes,
});

/** Runs into a folder of its own, whose ledger has nothing else. */
async function run(name: string, changes: Partial<ExperimentSpec> = {}) {
  const told: Opening[] = [];
  const out = at("runs", name);
  const result = await runExperiment(spec(name, changes), {
    out,
    report: at("reports", name),
    on: (event) => event.type === "opening" && told.push(event),
  });
  return { ...result, told, out, ledger: await ledgerOf(out) };
}

const ledgerOf = (out: string) => readLedger([join(out, "ledger.jsonl")]);
const named = (entries: readonly LedgerEntry[]) => entries.map(({ dataset, split }) => ({ dataset, split }));

beforeAll(async () => {
  folder = await lastingFolder();
  process.env.ANTBEE_CACHE = at("cache");
  await writePictures(at("renders"), 20);
  await writePictures(at("photos"), 90);
  // These stand for photographs of the sealed test, which need not be here.
  await writePictures(at("secret"), 160);
  const { items } = await openImageFolder(at("secret"), "val");
  const files = datasets.hymenoptera.files as Map<string, string>;
  for (const { id, path } of items)
    files.set(`val/made-up/${id.replaceAll("/", "-")}`, await sha256File(path));
  await run("base");
}, 120_000);

describe("a sealed set", () => {
  it("is known by any one of its images, renamed, apart from its classes, or among others", async () => {
    await copyAs(at("secret/val/ants/0.jpg"), "renamed", "insects", "x.jpg");
    await copyAs(at("photos/val/bees/1.jpg"), "renamed", "other", "y.jpg");
    const { items } = await openImageFolder(at("renamed"));
    expect(await sealedSets(items)).toEqual([HYMENOPTERA]);
    const train = await openImageFolder(at("secret"), "train");
    expect(await sealedSets(train.items)).not.toEqual([HYMENOPTERA]);
  });

  it("of one's own is its content: each folder its own, by whatever name", async () => {
    const [own] = await sealedSets((await openImageFolder(at("photos"), "val")).items, "val");
    expect(own).toEqual({ dataset: expect.stringMatching(/^folder-[0-9a-f]{16}$/), split: "val" });
    await cp(at("photos/val"), at("moved/val"), { recursive: true });
    expect(await sealedSets((await openImageFolder(at("moved"), "val")).items, "val")).toEqual([own]);
    const [other] = await sealedSets(await openFlatFolder(at("photos/val/ants")), "val");
    expect(other!.dataset).not.toBe(own!.dataset);
  });
});

describe("evaluateFolder", () => {
  const evaluate = async (dir: string) => {
    const told: Opening[] = [];
    const before = (await ledgerOf(at("runs/base"))).length;
    const results = await evaluateFolder(at("runs/base/base"), dir, {
      on: (event) => event.type === "opening" && told.push(event),
    });
    return { results, told, entries: (await ledgerOf(at("runs/base"))).slice(before) };
  };

  it("records and tells an opening of a sealed split, and counts the same runs once", async () => {
    const first = await evaluate(at("secret"));
    expect(named(first.entries)).toEqual([HYMENOPTERA]);
    expect(first.told).toEqual([
      expect.objectContaining({ ...HYMENOPTERA, reason: `antbee eval of ${at("runs/base/base")}` }),
    ]);
    expect(first.results[0]!.accuracy).toMatchObject({ n: 6, method: "Wilson" });
    const again = await evaluate(at("secret"));
    expect(again.entries[0]!.configHash).toBe(first.entries[0]!.configHash);
    expect(again.told[0]!.configurations).toBe(first.told[0]!.configurations);
    expect(countOpenings([...first.entries, ...again.entries], "hymenoptera", "val")).toBe(1);
  });

  it("writes each folder's predictions under its name and its content", async () => {
    await copyAs(at("photos/val/ants/1.jpg"), "x", "same", "ants", "a.jpg");
    await copyAs(at("photos/val/ants/0.jpg"), "y", "same", "ants", "a.jpg");
    const files = [];
    for (const dir of ["x/same", "y/same"]) files.push((await evaluate(at(dir))).results[0]!.predictions);
    for (const file of files) expect(file).toMatch(/\/predictions\/same-all-[0-9a-f]{12}\.csv$/);
    expect(new Set(files).size).toBe(2);
    expect((await evaluate(at("x/same"))).results[0]!.predictions).toBe(files[0]);
  });

  it("opens it through a part of it and through more than it", async () => {
    await copyAs(at("secret/val/ants/1.jpg"), "part", "ants", "a.jpg");
    expect(named((await evaluate(at("part"))).entries)).toEqual([HYMENOPTERA]);
    await cp(at("secret/val"), at("more/val"), { recursive: true });
    await copyAs(at("photos/val/ants/1.jpg"), "more", "val", "ants", "mine.jpg");
    expect(named((await evaluate(at("more"))).entries)).toEqual([HYMENOPTERA]);
  });

  it("enters a folder of one's own under a name of its own, and nothing without labels", async () => {
    const own = await evaluate(at("photos"));
    expect(named(own.entries)).toEqual([
      { dataset: expect.stringMatching(/^folder-[0-9a-f]{16}$/), split: "val" },
    ]);
    const flat = await evaluate(at("secret/val/ants"));
    expect(flat.entries).toEqual([]);
    expect(flat.told).toEqual([]);
  });
});

describe("runExperiment", () => {
  it("opens the sealed set that its target is a copy of, and says what is said of that set", async () => {
    const { ledger, told, comparison } = await run("copied", { target: { dir: at("secret") } });
    expect(named(ledger)).toEqual([HYMENOPTERA]);
    expect(told.map(({ reason }) => reason)).toEqual(["final figures of copied, 1 runs"]);
    expect(comparison!.target.dataset).toBe("folder");
    expect(comparison!.sealed).toEqual([HYMENOPTERA]);
    expect(comparison!.cautions.join()).toMatch(
      /labels of hymenoptera val have been opened for \d+ different/,
    );
  }, 120_000);

  it("gives a copy the caveats of the set that it is of", async () => {
    const source = { scene: "scenes/standard.yaml", count: 10, val: 2 };
    const caveats = async (dir: string) =>
      (await planExperiment(spec("planned", { source, target: { dir } }))).setting.caveats!.map(
        ({ statement }) => statement,
      );
    const { rendered } = datasets.hymenoptera.caveats;
    expect(await caveats(at("secret"))).toContain(rendered);
    expect(await caveats(at("photos"))).not.toContain(rendered);
  });

  it("enters a target of one's own by its content", async () => {
    const { comparison } = await run("base");
    const [own] = await sealedSets((await openImageFolder(at("photos"), "val")).items, "val");
    expect(comparison!.sealed).toEqual([own]);
    const entries = await ledgerOf(at("runs/base"));
    expect(named(entries.filter(({ reason }) => reason.startsWith("final figures")))).toEqual([own]);
  }, 120_000);

  it("enters that it learns from images of a sealed set, once for all its seeds", async () => {
    await cp(at("renders"), at("leaky"), { recursive: true });
    await copyAs(at("secret/val/bees/2.jpg"), "leaky", "train", "bees", "z.jpg");
    const { told, ledger } = await run("leaky", { source: { dataset: at("leaky") }, seeds: [0, 1] });
    expect(told.map(({ dataset, reason }) => [dataset, reason])).toEqual([
      ["hymenoptera", "training of leaky on its images"],
      [expect.stringMatching(/^folder-/), "final figures of leaky, 2 runs"],
    ]);
    expect(new Set(ledger.map(({ configHash }) => configHash)).size).toBe(1);
  }, 120_000);
});

describe("antbee eval", () => {
  it("tells the opening of a folder of one's own in one line on standard error", async () => {
    await cp(at("runs/base"), at("runs/command"), { recursive: true });
    const { code, stdout, stderr } = await antbee([
      "eval",
      at("runs/command/base"),
      "--data",
      at("photos"),
      "--json",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)[0]).toMatchObject({ arm: "source-only", n: 6 });
    expect(
      stderr.split("\n").filter((line) => line.startsWith("opening the labels of folder-")),
    ).toHaveLength(1);
  }, 60_000);

  it.skipIf(!hymenoptera)(
    "enters an opening of the real sealed split through a renamed part of it",
    async () => {
      await cp(at("runs/base"), at("runs/real"), { recursive: true });
      for (const label of ["ants", "bees"]) {
        const [image] = (await readdir(join(hymenoptera!, "val", label))).filter((name) =>
          name.endsWith(".jpg"),
        );
        await copyAs(join(hymenoptera!, "val", label, image!), "holiday", "val", label, "1.jpg");
      }
      const { code, stderr } = await antbee(["eval", at("runs/real/base"), "--data", at("holiday")]);
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^opening the labels of hymenoptera val \(antbee eval of .*\): \d+ configurations have/m,
      );
      const lines = (await readFile(at("runs/real/ledger.jsonl"), "utf8")).trim().split("\n");
      expect(JSON.parse(lines.at(-1)!)).toMatchObject(HYMENOPTERA);
    },
    60_000,
  );
});

describe("antbee run", () => {
  it.skipIf(!hymenoptera)(
    "enters an opening of the real sealed split through a target that is a copy of it",
    async () => {
      await cp(at("photos/train"), at("trip/train"), { recursive: true });
      for (const label of ["ants", "bees"]) {
        const images = (await readdir(join(hymenoptera!, "val", label))).filter((name) =>
          name.endsWith(".jpg"),
        );
        for (const [i, image] of images.slice(0, 2).entries())
          await copyAs(join(hymenoptera!, "val", label, image), "trip", "val", label, `${i}.jpg`);
      }
      await writeFile(at("trip.yaml"), JSON.stringify(spec("trip", { target: { dir: at("trip") } })));
      const { code, stderr } = await antbee([
        "run",
        at("trip.yaml"),
        "--out",
        at("runs/trip"),
        "--report",
        at("t"),
      ]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^opening the labels of hymenoptera val \(final figures of trip, 1 runs\)/m);
      expect(named(await ledgerOf(at("runs/trip")))).toEqual([HYMENOPTERA]);
    },
    60_000,
  );
});

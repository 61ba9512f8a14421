import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  claimRun,
  findRuns,
  finishRun,
  readEnvironment,
  runFolder,
} from "../../src/experiment/store/store.js";
import { temporaryFolder } from "../support.js";
import { madeUpRecord } from "./made-up-record.js";

const config = (seed: number, lr = 1e-3) => ({ experiment: "e", arm: "a", seed, phases: [{ lr }] });

describe("claimRun", () => {
  it("leaves work to do until the record is written, and finds it done afterwards", async () => {
    const out = await temporaryFolder();
    expect(await claimRun(out, config(0))).toBeUndefined();
    expect(await claimRun(out, config(0))).toBeUndefined(); // a killed run is taken up again
    const stump = join(runFolder(out, config(0)), ".checkpoint.safetensors.1-2.tmp");
    await writeFile(stump, "half");
    await claimRun(out, config(0));
    expect(existsSync(stump)).toBe(false);
    const written = await finishRun(out, config(0), madeUpRecord);
    expect(await claimRun(out, config(0))).toEqual(written);
    expect(await claimRun(out, config(1))).toBeUndefined();
  });

  it("takes up a folder whose claiming was killed in the middle of its first write", async () => {
    const out = await temporaryFolder();
    const folder = runFolder(out, config(0));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ".config.yaml.4711-0.tmp"), "key: ha");
    expect(await claimRun(out, config(0))).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(["config.yaml", "environment.json"]);
  });

  it("takes up a folder whose claiming was killed between its two writes", async () => {
    const out = await temporaryFolder();
    await claimRun(out, config(0));
    const folder = runFolder(out, config(0));
    await rm(join(folder, "environment.json"));
    expect(await claimRun(out, config(0))).toBeUndefined();
    expect(await readEnvironment(folder)).toMatchObject({ node: process.version });
  });

  it("refuses a folder that holds another configuration, or something that is no run", async () => {
    const out = await temporaryFolder();
    await claimRun(out, config(0));
    await expect(claimRun(out, config(0, 1e-2))).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        /config\.yaml: expected this experiment's configuration .*another configuration/,
      ),
    });
    const foreign = runFolder(out, config(7));
    await mkdir(foreign, { recursive: true });
    await writeFile(join(foreign, "thesis.tex"), "");
    await expect(claimRun(out, config(7))).rejects.toThrow(
      /expected an empty folder or a run, found files of something else/,
    );
  });
});

describe("findRuns", () => {
  it("takes a run, an arm or an experiment folder, and only finished runs", async () => {
    const out = await temporaryFolder();
    for (const seed of [0, 1]) {
      await claimRun(out, config(seed));
      await finishRun(out, config(seed), madeUpRecord);
    }
    await claimRun(out, config(2));
    const runs = [0, 1].map((seed) => runFolder(out, config(seed)));
    expect(await findRuns(join(out, "e"))).toEqual(runs);
    expect(await findRuns(join(out, "e", "a"))).toEqual(runs);
    expect(await findRuns(runs[1]!)).toEqual([runs[1]]);
    await expect(findRuns(runFolder(out, config(2)))).rejects.toThrow(/expected a finished run/);
    await expect(findRuns(join(out, "none"))).rejects.toMatchObject({ exitCode: 2 });
  });
});

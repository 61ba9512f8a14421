import { spawn } from "node:child_process";
import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { constant, cosine, discriminative, shaped } from "../../adapt/training/schedule.js";
import { readSafetensors, writeSafetensors } from "../../adapt/weights/safetensors.js";
import { fault, temporaryFolder } from "../support.js";
import { EPOCHS, trainForResume } from "./resume-training.js";
import { tinyModel } from "./tiny.js";

const CHILD = fileURLToPath(new URL("resume-child.ts", import.meta.url));

/** Trains in a child process and kills it as soon as it has told so many epochs. */
function trainAndKill(state: string, after: number): Promise<string> {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), CHILD, state]);
  let told = "";
  child.stdout.on("data", (chunk) => {
    told += chunk;
    if (told.includes(`epoch ${after}\n`)) child.kill("SIGKILL");
  });
  let trouble = "";
  child.stderr.on("data", (chunk) => {
    trouble += chunk;
  });
  return new Promise((resolve, reject) =>
    child.on("close", (_code, signal) => (signal === "SIGKILL" ? resolve(told) : reject(new Error(trouble)))),
  );
}

describe("a phase whose process is killed", () => {
  it("goes on where it was, and ends with the same history, choice and weights", async () => {
    const folder = await temporaryFolder();
    const state = join(folder, "phase.safetensors");
    await trainAndKill(state, 2);
    const told = await trainAndKill(state, 5);
    expect(told).toMatch(/^epoch [23]\n/);
    const rest: number[] = [];
    const resumed = await trainForResume(state, (epoch) => rest.push(epoch));
    expect(rest[0]).toBeGreaterThanOrEqual(5);
    expect(rest.at(-1)).toBe(EPOCHS);
    const whole = await trainForResume(undefined);
    expect(resumed.history).toEqual(whole.history);
    expect(resumed.epoch).toBe(whole.epoch);
    expect(resumed.model.weights).toEqual(whole.model.weights);
    // A kill in the middle of a write leaves its temporary, but nothing else and nothing under the final name.
    const others = (await readdir(folder)).filter((name) => !/^\.phase\.safetensors\..*\.tmp$/.test(name));
    expect(others).toEqual(["phase.safetensors"]);
  }, 120_000);

  it("is over at once where it was finished", async () => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    const first = await trainForResume(state);
    const told: number[] = [];
    const again = await trainForResume(state, (epoch) => told.push(epoch));
    expect(told).toEqual([]);
    expect(again.history).toEqual(first.history);
    expect(again.model.weights).toEqual(first.model.weights);
  });
});

describe("a phase's state", () => {
  it("of another phase is passed over", async () => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    await writeSafetensors(state, {}, { kind: "antbee-phase-1", key: "another" });
    const { history } = await trainForResume(state);
    expect(history).toHaveLength(EPOCHS);
    expect((await readSafetensors(state)).metadata.key).not.toBe("another");
  });

  it.each([
    ["schedule", { schedule: constant(0.05) }],
    ["rate", { schedule: shaped(discriminative(0.04, 0.5), cosine) }],
    ["L2-SP", { l2sp: { alpha: 0.02, beta: 0.01 } }],
    ["start that it is pulled to", { l2sp: { alpha: 0.01, beta: 0.01, pretrained: tinyModel(1).weights } }],
  ])("of a phase with another %s is passed over", async (_what, changes) => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    await trainForResume(state);
    const told: number[] = [];
    await trainForResume(state, (epoch) => told.push(epoch), changes);
    expect(told).toHaveLength(EPOCHS);
  });

  it("that is damaged is named", async () => {
    const state = join(await temporaryFolder(), "phase.safetensors");
    await trainForResume(state);
    await truncate(state, (await stat(state)).size - 10);
    await expect(trainForResume(state)).rejects.toMatchObject(fault(2, /phase\.safetensors.*cut short/));
  });
});

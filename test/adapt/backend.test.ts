import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  currentBackend,
  describeBackend,
  engineInUse,
  engineKey,
  useBackend,
} from "../../adapt/backend/backend.js";
import { fault } from "../support.js";

afterEach(() => vi.unstubAllEnvs());

describe("the backend", () => {
  it("is the one asked for, and its kernels compute", async () => {
    for (const name of ["cpu", "wasm"] as const) {
      expect(await useBackend(name)).toBe(name);
      expect(await currentBackend()).toBe(name);
      expect(tf.add(1, 2).dataSync()[0]).toBe(3);
    }
  });

  it("of its own choice is the first that works, and what keeps the native one from it is told", async () => {
    vi.stubEnv("ANTBEE_BACKEND", "");
    const { backend, native, nativeProblem } = await describeBackend();
    expect(await useBackend("auto")).toBe(backend);
    if (nativeProblem === null) {
      expect(backend).toBe("tensorflow");
      expect(native).toMatchObject({
        version: expect.stringMatching(/^2\.\d+\.\d+$/),
        gpu: expect.any(Boolean),
      });
      expect(native!.threads).toBeGreaterThan(0);
    } else {
      expect(native).toBeNull();
      expect(backend).toBe("wasm");
      await expect(useBackend("tensorflow")).rejects.toMatchObject(
        fault(1, /^backend: "tensorflow" does not work here: /),
      );
    }
  });

  it("is the environment's where none is named", async () => {
    vi.stubEnv("ANTBEE_BACKEND", "cpu");
    expect(await useBackend()).toBe("cpu");
    expect(await useBackend("wasm")).toBe("wasm");
    vi.stubEnv("ANTBEE_BACKEND", "torch");
    await expect(useBackend()).rejects.toMatchObject({
      exitCode: 2,
      message: 'ANTBEE_BACKEND: expected auto, tensorflow, wasm, cpu, found "torch"',
    });
  });

  it("is named in keys, unless it is wasm, whose keys are the oldest", async () => {
    await useBackend("cpu");
    expect(engineInUse()).toBe("cpu");
    expect(engineKey("cpu")).toEqual({ engine: "cpu" });
    expect(engineKey("wasm")).toEqual({});
    expect(engineKey(undefined)).toEqual({});
  });

  it("of an unknown name is bad input", async () => {
    await expect(useBackend("webgpu" as "cpu")).rejects.toMatchObject({
      exitCode: 2,
      message: 'backend: expected auto, tensorflow, wasm, cpu, found "webgpu"',
    });
  });

  it("says nothing of its own, and leaves errors their place", () => {
    const backend = fileURLToPath(new URL("../../adapt/backend/backend.ts", import.meta.url));
    const program = `
      const { useBackend } = await import(${JSON.stringify(backend)});
      for (const name of ["auto", "cpu", "wasm"]) await useBackend(name);
      Promise.reject(new Error("an error of one's own"));`;
    const run = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(run.stdout).toBe("");
    expect(run.stderr).toContain("an error of one's own");
    expect(run.stderr.length).toBeLessThan(1000);
  });
});

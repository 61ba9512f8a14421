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
import { whyNotNative } from "../../adapt/backend/native/load.js";
import { explainOutOfMemory } from "../../adapt/backend/native/out-of-memory.js";
import { antbee, fault } from "../support.js";

const noNative = await whyNotNative();

afterEach(() => vi.unstubAllEnvs());

describe("the backend", () => {
  // First, while none was started: a script may well ask for several things at once.
  it("may be asked for several times at once", async () => {
    const asked = Array.from({ length: 8 }, () => useBackend("wasm"));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["wasm"]));
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

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
      message: 'ANTBEE_BACKEND: expected auto, tensorflow, webgpu, wasm, cpu, found "torch"',
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
    await expect(useBackend("torch" as "cpu")).rejects.toMatchObject({
      exitCode: 2,
      message: 'backend: expected auto, tensorflow, webgpu, wasm, cpu, found "torch"',
    });
  });

  it("is the one that a command's flag names, before the environment's", async () => {
    const run = (...flags: string[]) =>
      antbee(["run", "scenes/experiments/demo.yaml", "--dry-run", ...flags], {
        env: { ANTBEE_BACKEND: "cpu" },
      });
    const unknown = await run("--backend", "torch");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toBe(
      'antbee: --backend: expected auto, tensorflow, webgpu, wasm, cpu, found "torch"\n',
    );
    const other = await run("--backend", "webgpu");
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /^antbee: backend: "webgpu" (does not work here: |runs networks and cannot)/m,
    );
  });

  it.each([
    [
      "OOM when allocating tensor with shape[8,64,112,112] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc",
      "the CUDA device has no memory left for a map of [8, 64, 112, 112]",
    ],
    ["CUBLAS_STATUS_ALLOC_FAILED", "the CUDA device has no memory left for the next map"],
    [
      "OOM when allocating tensor with shape[9] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator cpu",
      "the machine has no memory left for a map of [9]",
    ],
  ])("says of a full device that it is one: %s", (message, sentence) => {
    expect(explainOutOfMemory(new Error(`Invalid TF_Status: 8\nMessage: ${message}`))).toMatchObject({
      exitCode: 1,
      message: `TensorFlow: ${sentence}; take smaller batches, or train fewer stages`,
    });
    const other = new Error("Invalid TF_Status: 3\nMessage: no such thing");
    expect(explainOutOfMemory(other)).toBe(other);
  });

  it.skipIf(noNative !== null)("says so of TensorFlow itself, which goes on", async () => {
    await useBackend("tensorflow");
    const column = tf.ones([2 ** 21, 1]) as tf.Tensor2D;
    expect(() => tf.matMul(column, column, false, true)).toThrow(
      /^TensorFlow: the (machine|CUDA device) has no memory left for /,
    );
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
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

/** Loads TensorFlow's own engine through its package, where it stands and works. */
import { availableParallelism } from "node:os";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import type { NativeBackend } from "./operation.js";
import { explainMemoryOf } from "./out-of-memory.js";
import { registerNativeKernels } from "./register.js";

/** Optional: its install script downloads a native library, which a closed network refuses. */
export const NATIVE_PACKAGE = "@tensorflow/tfjs-node-gpu";

export interface NativeEngine {
  /** Of TensorFlow. */
  version: string;
  /** Whether it computes on a CUDA device. */
  gpu: boolean;
  /** That share an operation, on the CPU. */
  threads: number;
}

let problem: Promise<string | null> | undefined;

/** Why the native backend does not load, or null where it does and computes. */
export function whyNotNative(): Promise<string | null> {
  problem ??= load().then(() => null, firstLine);
  return problem;
}

/** The engine, once it has loaded. */
export function nativeEngine(): NativeEngine {
  const { binding, isUsingGpuDevice } = loadedBackend();
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
  return { version: binding.TF_Version, gpu: isUsingGpuDevice, threads };
}

const loadedBackend = () => tf.findBackend("tensorflow") as unknown as NativeBackend;

async function load(): Promise<void> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // errors alone: the rest is a banner
  restoreRemovedUtilities();
  await import(NATIVE_PACKAGE);
  registerNativeKernels();
  explainMemoryOf(loadedBackend());
  await tryOut();
}

/** A device without free memory, or a library of another version, shows with the first product. */
async function tryOut(): Promise<void> {
  await tf.setBackend("tensorflow");
  const product = tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])));
  const [value] = await product.data();
  product.dispose();
  if (value !== 2) throw new Error(`it computes 1 + 1 = ${value}`);
}

/** tfjs-node 4.22 calls two functions of `util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const old = util as { isNullOrUndefined?: (x: unknown) => boolean; isArray?: (x: unknown) => boolean };
  old.isNullOrUndefined ??= (x) => x === null || x === undefined;
  old.isArray ??= Array.isArray;
}

const firstLine = (error: unknown) => String((error as Error).message ?? error).split("\n")[0]!;

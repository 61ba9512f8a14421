/** Loads TensorFlow's own engine through its package, where it stands and works. */
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { registerNativeKernels } from "./register.js";

/** Optional: its install script downloads a native library, which a closed network refuses. */
export const NATIVE_PACKAGE = "@tensorflow/tfjs-node-gpu";

let problem: Promise<string | null> | undefined;

/** Why the native backend does not load, or null where it does and computes. */
export function whyNotNative(): Promise<string | null> {
  problem ??= load().then(() => null, firstLine);
  return problem;
}

async function load(): Promise<void> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2"; // errors alone: the rest is a banner
  restoreRemovedUtilities();
  await import(NATIVE_PACKAGE);
  registerNativeKernels();
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

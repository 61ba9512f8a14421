/** Chooses the TensorFlow.js backend: the native one where it really loads, else WebAssembly, else plain JavaScript. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { failed } from "../../src/shared/errors.js";
import { registerGradients } from "./gradients.js";
import { AUTOMATIC, BACKENDS, type BackendName, checkBackendName } from "./names.js";
import { type NativeEngine, nativeEngine, whyNotNative } from "./native/load.js";
import { registerWasmKernels } from "./wasm/register.js";
import { whyNotWebgpu } from "./webgpu.js";

export { BACKENDS, type BackendName } from "./names.js";

/** What `antbee doctor` prints of the tensor backends. */
export interface BackendReport {
  backend: BackendName;
  /** Why the native backend is not the one in use, or null where it loads. */
  nativeProblem: string | null;
  /** TensorFlow's version and device, where the native backend loads. */
  native: NativeEngine | null;
}

/** Emscripten's module adds listeners that rethrow, with the module's whole source as the place of the error. */
const HOOKED_EVENTS = ["uncaughtException", "unhandledRejection"];

let wasmPrepared: Promise<void> | undefined;

/**
 * Makes a backend current and returns its name. "auto" takes the first that works of those that train; where none is named,
 * the environment's ANTBEE_BACKEND decides, and without it "auto".
 * @throws bad input for a name that is no backend; a failure where the one asked for does not work here
 */
export async function useBackend(name?: BackendName | "auto"): Promise<BackendName> {
  const wanted =
    checkBackendName("backend", name) ??
    checkBackendName("ANTBEE_BACKEND", process.env.ANTBEE_BACKEND) ??
    "auto";
  registerGradients();
  tf.enableProdMode(); // silences tfjs' advertisements and duplicate-registration warnings
  for (const name of wanted === "auto" ? AUTOMATIC : [wanted]) if (await activate(name)) return name;
  const problem = await problemOf(wanted);
  throw failed("backend", `"${wanted}" does not work here: ${problem ?? "it could not be initialised"}`);
}

/** The backend in use; chooses one as "auto" does where none is yet. */
export async function currentBackend(): Promise<BackendName> {
  const name = tf.engine().backendName as BackendName | undefined;
  return name && BACKENDS.includes(name) ? name : useBackend();
}

/**
 * What computes now, as runs and caches are told apart by: the backend's name, and whether a CUDA device does the work.
 * Undefined where no backend is chosen yet.
 */
export function engineInUse(): string | undefined {
  const name = tf.engine().backendName as BackendName | undefined;
  return name === "tensorflow" && nativeEngine().gpu ? "tensorflow-gpu" : name;
}

/**
 * What an engine adds to a key. Engines round differently; the keys of wasm, the first one, name none.
 * @param engine as `engineInUse` names it
 */
export const engineKey = (engine: string | undefined): { engine?: string } =>
  !engine || engine === "wasm" ? {} : { engine };

/** Tries the backends as `useBackend` does where none is named, and tells the outcome. */
export async function describeBackend(): Promise<BackendReport> {
  const nativeProblem = await whyNotNative();
  const native = nativeProblem === null ? nativeEngine() : null;
  return { backend: await useBackend(), nativeProblem, native };
}

/** What is known to keep a backend from working. */
async function problemOf(name: BackendName | "auto"): Promise<string | null> {
  if (name === "tensorflow") return whyNotNative();
  return name === "webgpu" ? whyNotWebgpu() : null;
}

async function activate(name: BackendName): Promise<boolean> {
  if ((await problemOf(name)) !== null) return false;
  if (name === "wasm") {
    wasmPrepared ??= prepareWasm();
    await wasmPrepared;
  }
  return inTurn(() => withoutNewListeners(() => tf.setBackend(name).catch(() => false)));
}

let last: Promise<unknown> = Promise.resolve();

/** One after another: an engine that is asked for a backend while it still starts one gives up the first. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work);
  last = result.catch(() => undefined);
  return result;
}

async function prepareWasm(): Promise<void> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(main)}/`);
  registerWasmKernels();
}

async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  const before = HOOKED_EVENTS.map((event) => process.rawListeners(event));
  const result = await work();
  HOOKED_EVENTS.forEach((event, i) => {
    for (const listener of process.rawListeners(event) as (() => void)[])
      if (!before[i]!.includes(listener)) process.removeListener(event, listener);
  });
  return result;
}

/** Chooses the TensorFlow.js backend: the native one where it really loads, else WebAssembly, else plain JavaScript. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { failed, invalid } from "../../src/shared/errors.js";
import { registerWasmGradients } from "./wasm-gradients.js";

export const BACKENDS = ["tensorflow", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What `antbee doctor` prints of the tensor backends. */
export interface BackendReport {
  backend: BackendName;
  /** Why the native backend is not the one in use, or null where it loads. */
  nativeProblem: string | null;
}

/** Optional: its install script downloads a native library, which a closed network refuses. */
const NATIVE_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** Emscripten's module adds listeners that rethrow, with the module's whole source as the place of the error. */
const HOOKED_EVENTS = ["uncaughtException", "unhandledRejection"];

/** Why the native package does not load, or null where it does; undefined until it is tried. */
let nativeProblem: string | null | undefined;
let wasmPrepared = false;

/**
 * Makes a backend current and returns its name. "auto" takes the first of `BACKENDS` that works.
 * @throws bad input for a name that is no backend; a failure where the one asked for does not work here
 */
export async function useBackend(wanted: BackendName | "auto" = "auto"): Promise<BackendName> {
  if (wanted !== "auto" && !BACKENDS.includes(wanted))
    throw invalid("backend", ["auto", ...BACKENDS].join(", "), wanted);
  tf.enableProdMode(); // silences tfjs' advertisements and duplicate-registration warnings
  for (const name of wanted === "auto" ? BACKENDS : [wanted]) if (await activate(name)) return name;
  throw failed(
    "backend",
    `"${wanted}" does not work here: ${nativeProblem ?? "it could not be initialised"}`,
  );
}

/** The backend in use; chooses one as "auto" does where none is yet. */
export async function currentBackend(): Promise<BackendName> {
  const name = tf.engine().backendName as BackendName | undefined;
  return name && BACKENDS.includes(name) ? name : useBackend();
}

/** Tries the backends as "auto" does and tells the outcome. */
export async function describeBackend(): Promise<BackendReport> {
  const backend = await useBackend("auto");
  return { backend, nativeProblem: await whyNotNative() };
}

async function activate(name: BackendName): Promise<boolean> {
  if (name === "tensorflow" && (await whyNotNative()) !== null) return false;
  if (name === "wasm") prepareWasm();
  return withoutNewListeners(() => tf.setBackend(name).catch(() => false));
}

function prepareWasm(): void {
  if (wasmPrepared) return;
  wasmPrepared = true;
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(main)}/`);
  registerWasmGradients();
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

async function whyNotNative(): Promise<string | null> {
  if (nativeProblem !== undefined) return nativeProblem;
  restoreRemovedUtilities();
  nativeProblem = await import(NATIVE_PACKAGE).then(() => null, firstLine);
  return nativeProblem!;
}

/** tfjs-node 4.22 calls two functions of `util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const old = util as { isNullOrUndefined?: (x: unknown) => boolean; isArray?: (x: unknown) => boolean };
  old.isNullOrUndefined ??= (x) => x === null || x === undefined;
  old.isArray ??= Array.isArray;
}

const firstLine = (error: unknown) => String((error as Error).message ?? error).split("\n")[0]!;

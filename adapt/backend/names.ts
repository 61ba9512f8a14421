/** The engines that compute, by name. */
import { invalid } from "../../src/shared/errors.js";

export const BACKENDS = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
/** What computes: TensorFlow's own engine, a device through WebGPU, WebAssembly, or plain JavaScript. */
export type BackendName = (typeof BACKENDS)[number];

/** Tried in this order where none is named. WebGPU cannot train, and is taken by name alone. */
export const AUTOMATIC: readonly BackendName[] = ["tensorflow", "wasm", "cpu"];

/**
 * A backend's name, or "auto"; nothing and an empty text stay undefined.
 * @param where the place as the user knows it
 * @throws bad input for any other
 */
export function checkBackendName(where: string, name: string | undefined): BackendName | "auto" | undefined {
  const known: readonly (string | undefined)[] = ["auto", ...BACKENDS, undefined, ""];
  if (!known.includes(name)) throw invalid(where, ["auto", ...BACKENDS].join(", "), name);
  return (name || undefined) as BackendName | "auto" | undefined;
}

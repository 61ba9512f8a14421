/** The engines that tests run on: those that work here; what keeps another from working is said. */
import type { BackendName } from "../../adapt/backend/backend.js";
import { AUTOMATIC } from "../../adapt/backend/names.js";
import { whyNotNative } from "../../adapt/backend/native/load.js";

const problem = await whyNotNative();
if (problem) console.warn(`skipping the native engine's tests: ${problem}`);

/** For `describe.each`. */
export const ENGINES: readonly BackendName[] = AUTOMATIC.filter(
  (name) => name !== "tensorflow" || problem === null,
);

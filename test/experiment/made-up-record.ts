import type { RunRecord } from "../../src/experiment/store/store.js";

/** The record of a finished run, as a schema wants it. */
export const madeUpRecord: Omit<RunRecord, "key"> = {
  experiment: "e",
  arm: "a",
  seed: 0,
  seconds: 1,
  track: "full",
  k: null,
  synthetic: true,
  source: { scene: "s.yaml", sha256: "1", n: 3 },
  uses: "all",
  selection: "fixed",
  epochs: [1],
  position: 0,
  backend: "wasm",
  preview: false,
  target: { dataset: "t", kind: "real", split: "val", n: 3 },
  backbone: { name: "b", weights: "w", sha256: "0", pretraining: "none" },
  inputs: [],
};

/** The bound that adaptation is measured from: a head trained on the labelled source, no target image seen. */
import { type Phase, trainPhase } from "../training/train.js";
import type { Method, SourceInput } from "./method.js";

export const SOURCE_PHASE: Phase = { train: "head", lr: 1e-3, epochs: 20 };

export const sourceOnly: Method<SourceInput> = {
  name: "source-only",
  track: "source-only",
  needs: { source: "labels", target: "nothing" },
  reference: "empirical risk minimisation on the source",
  run: async ({ model, source, seed }) =>
    (await trainPhase(model, { data: source, phase: SOURCE_PHASE, seed })).model,
};

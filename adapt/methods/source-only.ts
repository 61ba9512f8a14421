/** The bound that adaptation is measured from: a head trained on the labelled source, no target image seen. */
import { z } from "zod";
import { count, rate } from "../training/bounds.js";
import { train } from "../training/train.js";
import { defineMethod, type SourceInput, stateFile } from "./method.js";

const sourceOnlyOptions = z.strictObject({
  lr: rate.default(1e-3),
  epochs: count.default(20),
});

/** The source-only bound: a head of `epochs` at `lr`. */
export const sourceOnly = defineMethod<SourceInput, typeof sourceOnlyOptions>(
  "source-only",
  sourceOnlyOptions,
  (options) => ({
    track: "source-only",
    needs: { source: "labels", target: "nothing" },
    reference: "empirical risk minimisation on the source",
    run: ({ model, source, seed, resume }) =>
      train(model, { on: source, train: "head", ...options, seed, resume: stateFile(resume, "source-only") }),
  }),
);

/** FixMatch-style consistency: training views of target images learn what their evaluation views are sure of. */
import { z } from "zod";
import { consistencyLoss } from "../losses/consistency.js";
import { alignmentMethodWith } from "./alignment.js";
import { jointOptions } from "./joint.js";

const fixmatchOptions = jointOptions.extend({
  /** Least confidence of an evaluation view that is learned from; the paper's where left out. */
  threshold: z.number().min(0).max(1).default(0.95),
});

/**
 * FixMatch; see {@link JointOptions}, and `threshold`, the least confidence that is learned from. On the train
 * photographs of hymenoptera, two seeds of 1,000 renders, source-only .967 and .939: .963 and .934, a loss.
 */
export const fixmatch = alignmentMethodWith(fixmatchOptions, {
  name: "fixmatch",
  reference: "Sohn et al., FixMatch, NeurIPS 2020, equations 3 and 4",
  term: (_input, { threshold }) => ({
    term: (_source, { target }) =>
      consistencyLoss(target("evaluation").logits, target("training").logits, threshold),
  }),
});

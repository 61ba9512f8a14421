/** FixMatch-style consistency: training views of target images learn what their evaluation views are sure of. */
import { consistencyLoss } from "../losses/consistency.js";
import { alignmentMethod } from "./alignment.js";
import type { JointOptions } from "./joint.js";

/** The paper's. */
const THRESHOLD = 0.95;

export const fixmatch = (options: JointOptions & { threshold?: number } = {}) =>
  alignmentMethod({
    name: "fixmatch",
    reference: "Sohn et al., FixMatch, NeurIPS 2020, equations 3 and 4",
    options,
    term: () => ({
      term: (_source, { target }) =>
        consistencyLoss(
          target("evaluation").logits,
          target("training").logits,
          options.threshold ?? THRESHOLD,
        ),
    }),
  });

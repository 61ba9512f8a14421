/** Deep CORAL: the covariances of the two domains' logits are drawn together while the source is learned. */
import { coralLoss } from "../losses/coral.js";
import { alignmentMethod } from "./alignment.js";

/**
 * Deep CORAL on the logits; see {@link JointOptions}. On the train photographs of hymenoptera, two seeds of 1,000
 * renders, source-only .967 and .939: .930 and .943, a loss in one.
 */
export const deepCoral = alignmentMethod({
  name: "deep-coral",
  reference: "Sun & Saenko, Deep CORAL, ECCV 2016 workshops, equations 1 and 6",
  term: () => ({ term: ({ logits }, { target }) => coralLoss(logits, target("training").logits) }),
});

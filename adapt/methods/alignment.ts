/** A method that adds a term on both domains to the source's cross entropy. */
import * as tf from "@tensorflow/tfjs";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { LabeledOutputs, Objective, Step } from "../training/objective.js";
import { type JointOptions, jointCut, trainJointly } from "./joint.js";
import type { Method, UnlabelledInput } from "./method.js";

/** The term of a step; source and target may be looked at as often as needed. */
export type Term = (source: LabeledOutputs, step: Step) => tf.Tensor;

interface Alignment {
  name: string;
  reference: string;
  options: JointOptions;
  /** The term, and the parameters of its own that it needs for such an input. */
  term(input: UnlabelledInput): { term: Term; own?: Objective["own"] };
}

export function alignmentMethod({ name, reference, options, term: build }: Alignment): Method {
  return {
    name,
    track: "unlabelled",
    needs: { source: "labels", target: "images" },
    reference,
    cut: jointCut(options),
    run: ({ model, source, target, seed, onCheckpoint }) => {
      const { term, own } = build({ model, source, target, seed });
      const objective = { loss: withTerm(term, options.weight ?? 1), own };
      return trainJointly({ model, data: source, target, seed, objective, onCheckpoint }, options);
    },
  };
}

const withTerm =
  (term: Term, weight: number): Objective["loss"] =>
  (step) => {
    const source = step.data();
    const supervised = crossEntropy(source.logits, source.labels);
    return tf.add(supervised, tf.mul(weight, term(source, step)));
  };

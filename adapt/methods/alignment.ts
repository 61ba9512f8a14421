/** A method that adds a term on both domains to the source's cross entropy. */
import * as tf from "@tensorflow/tfjs-core";
import type { z } from "zod";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { LabeledOutputs, Objective, Step } from "../training/objective.js";
import { type JointOptions, jointOptions, trainJointly } from "./joint.js";
import { defineMethod, type UnlabelledInput } from "./method.js";

/** The term of a step; source and target may be looked at as often as needed. */
export type Term = (source: LabeledOutputs, step: Step) => tf.Tensor;

interface Alignment<Options> {
  name: string;
  reference: string;
  /** The term, and the parameters of its own that it needs for such an input. */
  term(input: UnlabelledInput, options: Options): { term: Term; own?: Objective["own"] };
}

/** A joint method with the options that all of them have. */
export const alignmentMethod = (definition: Alignment<JointOptions>) =>
  alignmentMethodWith(jointOptions, definition);

/** A joint method with options of its own beside them. */
export const alignmentMethodWith = <Schema extends z.ZodObject>(
  schema: Schema,
  { name, reference, term: build }: Alignment<z.output<Schema> & JointOptions>,
) =>
  defineMethod<UnlabelledInput, Schema>(name, schema, (given) => {
    const options = given as z.output<Schema> & JointOptions;
    return {
      track: "unlabelled",
      needs: { source: "labels", target: "images" },
      reference,
      run: (input) => {
        const { term, own } = build(input, options);
        const objective = { key: { name, options }, loss: withTerm(term, options.weight), own };
        return trainJointly({ ...input, on: input.source, objective }, options);
      },
    };
  });

const withTerm =
  (term: Term, weight: number): Objective["loss"] =>
  (step) => {
    const source = step.data();
    const supervised = crossEntropy(source.logits, source.labels);
    return tf.add(supervised, tf.mul(weight, term(source, step)));
  };

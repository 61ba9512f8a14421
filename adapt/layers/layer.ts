/**
 * A layer is a plain function over named parameters. It states which parameters it reads, by torchvision's names, and
 * computes; it holds no state of its own.
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Stream } from "../../src/shared/rng.js";
import type { ParameterSpec, ParameterSpecs, Params } from "./parameters.js";

/** A function over named parameters: [batch, height, width, channels] or [batch, channels] in and out. */
export interface Layer {
  parameters: ParameterSpecs;
  /** Images and feature maps are [batch, height, width, channels]; pooled features are [batch, channels]. */
  run(params: Params, x: tf.Tensor, mode?: Mode): tf.Tensor;
  /** What one input takes. @param input its shape without the batch axis */
  cost(input: Shape): Cost;
}

/** How the layers run that differ between training and evaluation; as at evaluation where a part is left out. */
export interface Mode {
  /**
   * Where given, BatchNorms normalise by the batch, and their moved running statistics are put here, by parameter name.
   * The caller disposes them.
   */
  statistics?: Record<string, tf.Tensor>;
  /** Weight of the batch in the moved statistics; PyTorch's default, .1, where left out. */
  momentum?: number;
  /** Where given, dropout is drawn from it. */
  dropout?: Stream;
}

/** Without the batch axis. */
export type Shape = readonly number[];

/** What one input takes of a layer, and the shape that it leaves with (without the batch axis). */
export interface Cost {
  /** Of the output. */
  shape: Shape;
  multiplyAdds: number;
  /** Numbers that are kept for the backward pass. */
  values: number;
}

export const vector = (length: number, trainable = true): ParameterSpec => ({
  shape: [length],
  layout: "vector",
  trainable,
});

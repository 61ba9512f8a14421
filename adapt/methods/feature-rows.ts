import * as tf from "@tensorflow/tfjs-core";
import type { Outputs } from "../training/objective.js";

/** What enters the head as [batch, channels]: a map is averaged over its positions. */
export const featureRows = ({ features }: Outputs): tf.Tensor2D =>
  features.rank === 2 ? (features as tf.Tensor2D) : (tf.mean(features, [1, 2]) as tf.Tensor2D);

/** BatchNorm. Ioffe & Szegedy, "Batch Normalization", ICML 2015, algorithm 1; running statistics as PyTorch moves them. */
import * as tf from "@tensorflow/tfjs-core";
import { invalid } from "../../src/shared/errors.js";
import { type Activation, activate } from "./activation.js";
import { type Layer, type Mode, vector } from "./layer.js";
import { type ParameterSpecs, type Params, sizeOf } from "./parameters.js";

/** torchvision's; TensorFlow's default is 1e-3. */
export const BATCH_NORM_EPSILON = 1e-5;
/** PyTorch's: the batch's weight in the running statistics. */
const MOMENTUM = 0.1;

/** BatchNorm and an activation, for maps that no convolution of its own makes. @param bn such as "features.norm5" */
export function batchNorm(bn: string, channels: number, activation: Activation): Layer {
  return {
    parameters: batchNormSpecs(bn, channels),
    run: (params, x, mode) =>
      tf.tidy(() => {
        if (mode?.statistics) return activate(normaliseByBatch(params, x, bn, mode), activation);
        const { scale, shift } = batchNormAffine(params, bn);
        return activate(tf.add(tf.mul(x, scale), shift), activation);
      }),
    cost: (shape) => ({ shape, multiplyAdds: 0, values: 2 * sizeOf(shape) }),
  };
}

export function batchNormSpecs(bn: string, channels: number): ParameterSpecs {
  return {
    [`${bn}.weight`]: vector(channels),
    [`${bn}.bias`]: vector(channels),
    [`${bn}.running_mean`]: vector(channels, false),
    [`${bn}.running_var`]: vector(channels, false),
  };
}

/** The BatchNorm by its running statistics, as y = scale * x + shift, per channel. */
export function batchNormAffine(params: Params, bn: string): { scale: tf.Tensor1D; shift: tf.Tensor1D } {
  const [weight, bias, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
    (part) => params[`${bn}.${part}`]!,
  );
  const scale = tf.mul(weight!, tf.rsqrt(tf.add(variance!, BATCH_NORM_EPSILON))) as tf.Tensor1D;
  return { scale, shift: tf.sub(bias!, tf.mul(mean!, scale)) as tf.Tensor1D };
}

/**
 * The BatchNorm by the batch's statistics; `mode.statistics` takes the running ones, moved towards them.
 * @throws bad input for a batch with one value a channel, which has no variance
 */
export function normaliseByBatch(params: Params, x: tf.Tensor, bn: string, mode: Mode): tf.Tensor {
  const channels = x.shape.at(-1)!;
  const rows = x.size / channels;
  if (rows < 2) throw invalid(bn, "more than one value a channel to take statistics of", rows);
  const normalise = tf.customGrad((...inputs) => {
    const [pixels, weight, bias] = inputs as tf.Tensor[];
    const save = inputs.at(-1) as tf.GradSaveFunc;
    const mean = meanOfRows(pixels!);
    const centred = tf.sub(pixels!, mean);
    const variance = meanOfRows(tf.square(centred));
    move(`${bn}.running_mean`, mean, params, mode);
    move(`${bn}.running_var`, tf.mul(variance, rows / (rows - 1)), params, mode);
    const inverse = tf.rsqrt(tf.add(variance, BATCH_NORM_EPSILON));
    const normal = tf.mul(centred, inverse);
    save([normal, inverse, weight!]);
    return { value: tf.add(tf.mul(normal, weight!), bias!), gradFunc: gradients };
  });
  const pixels = tf.reshape(x, [rows, channels]);
  return tf.reshape(normalise(pixels, params[`${bn}.weight`]!, params[`${bn}.bias`]!), x.shape);
}

/** With respect to pixels, weight and bias, where the statistics depend on the pixels too. */
function gradients(dy: tf.Tensor, [normal, inverse, weight]: tf.Tensor[]): tf.Tensor[] {
  const rows = dy.shape[0]!;
  const meanGradient = meanOfRows(dy);
  const meanProduct = meanOfRows(tf.mul(dy, normal!));
  const inner = tf.sub(tf.sub(dy, meanGradient), tf.mul(normal!, meanProduct));
  const dx = tf.mul(inner, tf.mul(weight!, inverse!));
  return [dx, tf.mul(meanProduct, rows), tf.mul(meanGradient, rows)];
}

/** Moves a running statistic towards the batch's; a second batch under the same mode moves it on. */
function move(name: string, batch: tf.Tensor, params: Params, mode: Mode): void {
  const { statistics, momentum = MOMENTUM } = mode;
  const before = statistics![name];
  const moved = tf.add(tf.mul(before ?? params[name]!, 1 - momentum), tf.mul(batch, momentum));
  statistics![name] = tf.keep(moved);
  before?.dispose();
}

/** [rows, channels] -> [channels]. */
const meanOfRows = (x: tf.Tensor): tf.Tensor => tf.div(tf.sum(x, 0), x.shape[0]!);

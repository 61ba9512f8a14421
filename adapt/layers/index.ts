/** The layers that networks are built of. */
export type { Activation } from "./activation.js";
export { BATCH_NORM_EPSILON, batchNorm } from "./batch-norm.js";
export { identity, parallel, residual, sequence } from "./combine.js";
export { type ConvOptions, conv, convBatchNorm, type Padding, plainConv } from "./conv.js";
export { dropout } from "./dropout.js";
export type { Cost, Layer, Mode, Shape } from "./layer.js";
export { linear } from "./linear.js";
export { adaptiveAveragePool, averagePool, flatten, globalAveragePool, maxPool } from "./pool.js";

/** The layers that networks are built of. */
export type { Activation } from "./layers/activation.js";
export { BATCH_NORM_EPSILON, batchNorm } from "./layers/batch-norm.js";
export { identity, parallel, residual, sequence } from "./layers/combine.js";
export { type ConvOptions, conv, convBatchNorm, type Padding, plainConv } from "./layers/conv.js";
export { dropout } from "./layers/dropout.js";
export type { Cost, Layer, Mode, Shape } from "./layers/layer.js";
export { linear } from "./layers/linear.js";
export { adaptiveAveragePool, averagePool, flatten, globalAveragePool, maxPool } from "./layers/pool.js";

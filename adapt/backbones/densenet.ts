/** DenseNet121 as torchvision names it. Huang et al., "Densely Connected Convolutional Networks", CVPR 2017, table 1. */
import {
  averagePool,
  batchNorm,
  convBatchNorm,
  globalAveragePool,
  identity,
  type Layer,
  linear,
  maxPool,
  parallel,
  plainConv,
  sequence,
} from "../layers/index.js";
import { type Network, type Stage, stage } from "../layers/network.js";

/** Layers of each dense block. */
const BLOCKS = [6, 12, 24, 16] as const;
const GROWTH = 32;
/** Channels between a dense layer's two convolutions. */
const BOTTLENECK = 4 * GROWTH;
const STEM_CHANNELS = 64;

/** Stages features.conv0, features.denseblock1, features.transition1, ..., features.norm5, pool, classifier. */
export function densenet121(classes: number): Network {
  const stages: Stage[] = [stage("features.conv0", stem())];
  let channels = STEM_CHANNELS;
  for (const [i, layers] of BLOCKS.entries()) {
    if (i > 0) {
      const name = `features.transition${i}`;
      stages.push(stage(name, transition(name, channels)));
      channels /= 2;
    }
    const name = `features.denseblock${i + 1}`;
    stages.push(stage(name, denseBlock(name, channels, layers)));
    channels += layers * GROWTH;
  }
  return [
    ...stages,
    stage("features.norm5", batchNorm("features.norm5", channels, "relu")),
    stage("pool", globalAveragePool),
    stage("classifier", linear("classifier", channels, classes)),
  ];
}

const stem = (): Layer =>
  sequence(
    convBatchNorm(
      "features.conv0",
      "features.norm0",
      { in: 3, out: STEM_CHANNELS, kernel: 7, stride: 2 },
      "relu",
    ),
    maxPool({ kernel: 3, stride: 2, padding: 1 }),
  );

/** Each layer sees the outputs of all before it. */
function denseBlock(prefix: string, inputs: number, layers: number): Layer {
  const grown = Array.from({ length: layers }, (_, i) =>
    parallel(identity, denseLayer(`${prefix}.denselayer${i + 1}`, inputs + i * GROWTH)),
  );
  return sequence(...grown);
}

const denseLayer = (prefix: string, inputs: number): Layer =>
  sequence(
    batchNorm(`${prefix}.norm1`, inputs, "relu"),
    convBatchNorm(`${prefix}.conv1`, `${prefix}.norm2`, { in: inputs, out: BOTTLENECK, kernel: 1 }, "relu"),
    plainConv(`${prefix}.conv2`, { in: BOTTLENECK, out: GROWTH, kernel: 3 }),
  );

const transition = (prefix: string, inputs: number): Layer =>
  sequence(
    batchNorm(`${prefix}.norm`, inputs, "relu"),
    plainConv(`${prefix}.conv`, { in: inputs, out: inputs / 2, kernel: 1 }),
    averagePool(2),
  );

/** torchvision's name for a parameter of its published file, which calls denselayer1.norm1 "denselayer1.norm.1". */
export const withoutDottedLayers = (name: string): string =>
  name.replace(/(\.denselayer\d+\.(?:norm|conv))\.([12])\./, "$1$2.");

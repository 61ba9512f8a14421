/**
 * MobileNetV2 1.0 as torchvision names it. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
 * CVPR 2018, table 2.
 */
import {
  convBatchNorm,
  dropout,
  globalAveragePool,
  type Layer,
  linear,
  type Padding,
  residual,
  sequence,
} from "../layers/index.js";
import { type Network, stage } from "../layers/network.js";

const STEM_CHANNELS = 32;
const FEATURES = 1280;
const DROPOUT = 0.2;
/** Expansion, output channels, repeats, stride of the first repeat. */
const BLOCKS = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Stages features.0 ... features.18, pool, classifier. */
export function mobilenetV2(padding: Padding, classes: number): Network {
  const features = [stem(padding), ...invertedResiduals(padding), last(padding)];
  return [
    ...features.map((layer, i) => stage(`features.${i}`, layer)),
    stage("pool", globalAveragePool),
    stage("classifier", sequence(dropout(DROPOUT), linear("classifier.1", FEATURES, classes))),
  ];
}

function stem(padding: Padding): Layer {
  const conv = { in: 3, out: STEM_CHANNELS, kernel: 3, stride: 2, padding };
  return convBatchNorm("features.0.0", "features.0.1", conv, "relu6");
}

function last(padding: Padding): Layer {
  const conv = { in: 320, out: FEATURES, kernel: 1, stride: 1, padding };
  return convBatchNorm("features.18.0", "features.18.1", conv, "relu6");
}

function invertedResiduals(padding: Padding): Layer[] {
  const blocks: Layer[] = [];
  let inputs = STEM_CHANNELS;
  for (const [expansion, out, repeats, firstStride] of BLOCKS)
    for (let i = 0; i < repeats; i++) {
      const stride = i === 0 ? firstStride : 1;
      blocks.push(invertedResidual(blocks.length + 1, { inputs, out, expansion, stride, padding }));
      inputs = out;
    }
  return blocks;
}

interface BlockOptions {
  inputs: number;
  out: number;
  expansion: number;
  stride: number;
  padding: Padding;
}

/** Expand (1x1), filter (depthwise 3x3), project (1x1, linear); with a shortcut where the shapes allow. */
function invertedResidual(index: number, { inputs, out, expansion, stride, padding }: BlockOptions): Layer {
  const prefix = `features.${index}.conv`;
  const hidden = inputs * expansion;
  const expand = { in: inputs, out: hidden, kernel: 1, stride: 1, padding };
  const filter = { in: hidden, out: hidden, kernel: 3, stride, padding, depthwise: true };
  const project = { in: hidden, out, kernel: 1, stride: 1, padding };
  const expansions =
    expansion === 1 ? [] : [convBatchNorm(`${prefix}.0.0`, `${prefix}.0.1`, expand, "relu6")];
  const at = expansions.length;
  const body = sequence(
    ...expansions,
    convBatchNorm(`${prefix}.${at}.0`, `${prefix}.${at}.1`, filter, "relu6"),
    convBatchNorm(`${prefix}.${at + 1}`, `${prefix}.${at + 2}`, project, "linear"),
  );
  return stride === 1 && inputs === out ? residual(body) : body;
}

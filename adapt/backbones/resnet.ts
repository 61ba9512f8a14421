/**
 * ResNets as torchvision names them. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1; in
 * bottlenecks the 3x3 convolution has the stride, as in torchvision.
 */
import {
  convBatchNorm,
  globalAveragePool,
  type Layer,
  linear,
  maxPool,
  residual,
  sequence,
} from "../layers/index.js";
import { type Network, stage } from "../layers/network.js";

interface Block {
  /** Output channels over the block's width. */
  expansion: number;
  body(prefix: string, inputs: number, width: number, stride: number): Layer;
}

const STEM_CHANNELS = 64;
const WIDTHS = [64, 128, 256, 512] as const;

/** Two 3x3 convolutions. */
export const basicBlock: Block = {
  expansion: 1,
  body: (prefix, inputs, width, stride) =>
    sequence(
      numbered(prefix, 1, { in: inputs, out: width, kernel: 3, stride }, "relu"),
      numbered(prefix, 2, { in: width, out: width, kernel: 3 }, "linear"),
    ),
};

/** 1x1 to a smaller width, 3x3, 1x1 back. */
export const bottleneck: Block = {
  expansion: 4,
  body: (prefix, inputs, width, stride) =>
    sequence(
      numbered(prefix, 1, { in: inputs, out: width, kernel: 1 }, "relu"),
      numbered(prefix, 2, { in: width, out: width, kernel: 3, stride }, "relu"),
      numbered(prefix, 3, { in: width, out: 4 * width, kernel: 1 }, "linear"),
    ),
};

/** Stages conv1 (with its BatchNorm and pooling), layer1 ... layer4, avgpool, fc. @param repeats blocks a layer */
export function resnet(block: Block, repeats: readonly number[], classes: number): Network {
  const stem = sequence(
    convBatchNorm("conv1", "bn1", { in: 3, out: STEM_CHANNELS, kernel: 7, stride: 2 }, "relu"),
    maxPool({ kernel: 3, stride: 2, padding: 1 }),
  );
  const groups = WIDTHS.map((width, i) => {
    const inputs = i === 0 ? STEM_CHANNELS : WIDTHS[i - 1]! * block.expansion;
    const blocks = Array.from({ length: repeats[i]! }, (_, k) =>
      k === 0
        ? residualBlock(block, `layer${i + 1}.0`, inputs, width, i === 0 ? 1 : 2)
        : residualBlock(block, `layer${i + 1}.${k}`, width * block.expansion, width, 1),
    );
    return stage(`layer${i + 1}`, sequence(...blocks));
  });
  return [
    stage("conv1", stem),
    ...groups,
    stage("avgpool", globalAveragePool),
    stage("fc", linear("fc", WIDTHS.at(-1)! * block.expansion, classes)),
  ];
}

function residualBlock(block: Block, prefix: string, inputs: number, width: number, stride: number): Layer {
  const out = width * block.expansion;
  const names = [`${prefix}.downsample.0`, `${prefix}.downsample.1`] as const;
  const shortcut =
    stride === 1 && inputs === out
      ? undefined
      : convBatchNorm(...names, { in: inputs, out, kernel: 1, stride }, "linear");
  return residual(block.body(prefix, inputs, width, stride), { shortcut, relu: true });
}

const numbered = (
  prefix: string,
  n: number,
  ...rest: [Parameters<typeof convBatchNorm>[2], Parameters<typeof convBatchNorm>[3]]
) => convBatchNorm(`${prefix}.conv${n}`, `${prefix}.bn${n}`, ...rest);

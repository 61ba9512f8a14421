/** VGG16 as torchvision names it. Simonyan & Zisserman, "Very Deep Convolutional Networks", ICLR 2015, table 1, D. */
import {
  adaptiveAveragePool,
  conv,
  dropout,
  flatten,
  type Layer,
  linear,
  maxPool,
  sequence,
} from "../layers/index.js";
import { type Network, type Stage, stage } from "../layers/network.js";

/** Output channels of the convolutions between two poolings. */
const BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;
const DROPOUT = 0.5;
const HIDDEN = 4096;

/**
 * Stages features.<index of the convolution>, avgpool, classifier.0, classifier.3, classifier.6. Dropout stands at the
 * beginning of the stage that follows it, so that activations which enter a stage hold none.
 */
export function vgg16(classes: number): Network {
  return [
    ...features(),
    stage("avgpool", sequence(adaptiveAveragePool(7), flatten)),
    stage("classifier.0", linear("classifier.0", 512 * 7 * 7, HIDDEN, "relu")),
    stage("classifier.3", sequence(dropout(DROPOUT), linear("classifier.3", HIDDEN, HIDDEN, "relu"))),
    stage("classifier.6", sequence(dropout(DROPOUT), linear("classifier.6", HIDDEN, classes))),
  ];
}

function features(): Stage[] {
  const stages: Stage[] = [];
  let index = 0; // torchvision counts convolutions, ReLUs and poolings
  let inputs = 3;
  for (const block of BLOCKS) {
    block.forEach((out, i) => {
      const name = `features.${index}`;
      const layer = conv(name, { in: inputs, out, kernel: 3 }, "relu");
      stages.push(stage(name, i === block.length - 1 ? pooled(layer) : layer));
      index += 2;
      inputs = out;
    });
    index += 1;
  }
  return stages;
}

const pooled = (layer: Layer): Layer => sequence(layer, maxPool({ kernel: 2, stride: 2 }));

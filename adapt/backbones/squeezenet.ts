/** SqueezeNets as torchvision names them. Iandola et al., "SqueezeNet", 2016, table 1. */
import {
  conv,
  dropout,
  globalAveragePool,
  type Layer,
  maxPool,
  parallel,
  sequence,
} from "../layers/index.js";
import { type Network, stage } from "../layers/network.js";

export type SqueezenetVersion = "1_0" | "1_1";

interface Plan {
  /** Side of the first convolution's filter, and its channels. */
  kernel: number;
  channels: number;
  /** Squeezed width of each fire module, by torchvision's index; what it expands to is eight times as wide. */
  fires: readonly (readonly [index: number, squeezed: number])[];
  /** Indices of the modules that the map is pooled after. */
  poolAfter: readonly number[];
}

const PLANS: Record<SqueezenetVersion, Plan> = {
  "1_0": {
    kernel: 7,
    channels: 96,
    fires: [
      [3, 16],
      [4, 16],
      [5, 32],
      [7, 32],
      [8, 48],
      [9, 48],
      [10, 64],
      [12, 64],
    ],
    poolAfter: [0, 5, 10],
  },
  "1_1": {
    kernel: 3,
    channels: 64,
    fires: [
      [3, 16],
      [4, 16],
      [6, 32],
      [7, 32],
      [9, 48],
      [10, 48],
      [11, 64],
      [12, 64],
    ],
    poolAfter: [0, 4, 7],
  },
};
const DROPOUT = 0.5;

/** Stages features.0, features.<index of the fire module>, classifier: the head is a convolution before the pooling. */
export function squeezenet(version: SqueezenetVersion, classes: number): Network {
  const { kernel, channels, fires, poolAfter } = PLANS[version];
  const stem = conv("features.0", { in: 3, out: channels, kernel, stride: 2, padding: 0 }, "relu");
  const layers: [index: number, Layer][] = [[0, stem]];
  let inputs = channels;
  for (const [index, squeezed] of fires) {
    layers.push([index, fire(`features.${index}`, inputs, squeezed)]);
    inputs = 8 * squeezed;
  }
  const features = layers.map(([index, layer]) =>
    stage(`features.${index}`, poolAfter.includes(index) ? sequence(layer, pool) : layer),
  );
  return [...features, stage("classifier", classifier(inputs, classes))];
}

const pool = maxPool({ kernel: 3, stride: 2, ceil: true });

/** A 1x1 convolution to few channels, then 1x1 and 3x3 ones side by side. */
function fire(prefix: string, inputs: number, squeezed: number): Layer {
  const expanded = 4 * squeezed;
  return sequence(
    conv(`${prefix}.squeeze`, { in: inputs, out: squeezed, kernel: 1 }, "relu"),
    parallel(
      conv(`${prefix}.expand1x1`, { in: squeezed, out: expanded, kernel: 1 }, "relu"),
      conv(`${prefix}.expand3x3`, { in: squeezed, out: expanded, kernel: 3 }, "relu"),
    ),
  );
}

const classifier = (inputs: number, classes: number): Layer =>
  sequence(
    dropout(DROPOUT),
    conv("classifier.1", { in: inputs, out: classes, kernel: 1 }, "relu"),
    globalAveragePool,
  );

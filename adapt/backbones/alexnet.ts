/** AlexNet as torchvision names it. Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014. */
import { adaptiveAveragePool, conv, dropout, flatten, linear, maxPool, sequence } from "../layers/index.js";
import { type Network, stage } from "../layers/network.js";

const POOL = { kernel: 3, stride: 2 };
const DROPOUT = 0.5;
const HIDDEN = 4096;

/** Stages features.<index of the convolution>, avgpool, classifier.1, classifier.4, classifier.6. */
export function alexnet(classes: number): Network {
  return [
    stage(
      "features.0",
      sequence(
        conv("features.0", { in: 3, out: 64, kernel: 11, stride: 4, padding: 2 }, "relu"),
        maxPool(POOL),
      ),
    ),
    stage("features.3", sequence(conv("features.3", { in: 64, out: 192, kernel: 5 }, "relu"), maxPool(POOL))),
    stage("features.6", conv("features.6", { in: 192, out: 384, kernel: 3 }, "relu")),
    stage("features.8", conv("features.8", { in: 384, out: 256, kernel: 3 }, "relu")),
    stage(
      "features.10",
      sequence(conv("features.10", { in: 256, out: 256, kernel: 3 }, "relu"), maxPool(POOL)),
    ),
    stage("avgpool", sequence(adaptiveAveragePool(6), flatten)),
    stage("classifier.1", sequence(dropout(DROPOUT), linear("classifier.1", 256 * 6 * 6, HIDDEN, "relu"))),
    stage("classifier.4", sequence(dropout(DROPOUT), linear("classifier.4", HIDDEN, HIDDEN, "relu"))),
    stage("classifier.6", linear("classifier.6", HIDDEN, classes)),
  ];
}

/** The whole slice on real photographs of the train split; the val split stays sealed. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Backbone, loadBackbone } from "../../adapt/backbones/load.js";
import { withHead, zeroTraining } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { randomResizedCrop } from "../../adapt/images/augmentation.js";
import { type LabeledImages, labeledImages, subset } from "../../adapt/images/images.js";
import { predict } from "../../adapt/inference/predict.js";
import { stratifiedFolds } from "../../adapt/training/folds.js";
import { meanHistory } from "../../adapt/training/history.js";
import { train as trainPhase } from "../../adapt/training/train.js";
import { openImageFolder } from "../../src/shared/dataset.js";
import { hymenoptera, imagenetWeights, WHY_NO_DATA } from "../support.js";
import { accuracy } from "./made-up.js";

const READY = hymenoptera !== undefined && imagenetWeights !== undefined;
/** Every fourth photograph, so that the test stays short. */
const EVERY = 4;

describe.skipIf(!READY)(`real photographs (${WHY_NO_DATA})`, () => {
  let images: LabeledImages;
  let backbone: Backbone;

  const cacheDir = join(tmpdir(), `antbee-test-real-${process.pid}`);
  afterAll(() => rm(cacheDir, { recursive: true, force: true }));
  beforeAll(async () => {
    await useBackend();
    backbone = await loadBackbone("tf_mobilenet_v2", { path: imagenetWeights });
    const whole = await openImageFolder(hymenoptera!, "train");
    const items = whole.items.filter((_, i) => i % EVERY === 0);
    const augmentation = randomResizedCrop(0);
    images = labeledImages(items, { augmentation, cache: { dir: cacheDir, workers: 1 } });
  });

  it("are told apart by the pretrained classifier", async () => {
    const predictions = await predict(zeroTraining(backbone, images.classes), images);
    expect(accuracy(predictions, images)).toBeGreaterThan(0.93);
  });

  it("are told apart by a linear head on frozen features, in cross-validation", async () => {
    const histories = [];
    for (const { train, validation } of stratifiedFolds(images.items, 5, 0)) {
      const { history } = await trainPhase(withHead(backbone, images.classes, 0), {
        on: subset(images, train),
        validation: subset(images, validation),
        train: "head",
        lr: 1e-3,
        epochs: 20,
        seed: 0,
      });
      histories.push(history);
    }
    expect(meanHistory(histories).at(-1)!.valAccuracy).toBeGreaterThan(0.88);
  });
});

/** Single images by a finished run, with pictures of where it looked; the weights are a formula's. */
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { saveCheckpoint } from "../../adapt/backbones/checkpoint.js";
import { withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { predictImages } from "../../src/experiment/evaluate/predict-images.js";
import { checkpointFile, claimRun, finishRun } from "../../src/experiment/store/store.js";
import { CLASSES, formulaBackbone } from "../adapt/made-up.js";
import { fault, lastingFolder, writeImage } from "../support.js";
import { madeUpRecord } from "./made-up-record.js";

describe("predictImages", () => {
  let out: string;
  let run: string;
  let images: string[];

  beforeAll(async () => {
    out = await lastingFolder();
    vi.stubEnv("ANTBEE_CACHE", join(out, "cache"));
    await useBackend();
    const config = { experiment: "e", arm: "a", seed: 0 };
    run = join(out, "e", "a", "seed-0");
    await claimRun(out, config);
    await saveCheckpoint(checkpointFile(run), withHead(formulaBackbone(), CLASSES, 0));
    await finishRun(out, config, { ...madeUpRecord, ...config, track: "source-only" });
    images = [
      await writeImage(join(out, "red.jpg"), [200, 40, 30]),
      await writeImage(join(out, "b", "blue.jpg"), [20, 40, 200]),
    ];
  });
  afterAll(() => vi.unstubAllEnvs());

  it("gives probabilities that sum to 1, the same with and without pictures", async () => {
    const plain = await predictImages(run, images);
    for (const { probabilities } of plain) {
      expect(Object.keys(probabilities)).toEqual(CLASSES);
      expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
    const explained = await predictImages(run, images, join(out, "pictures"));
    expect(explained.map(({ image, probabilities }) => ({ image, probabilities }))).toEqual(plain);
  });

  it("leaves nothing behind but the pictures that were asked for", async () => {
    await predictImages(run, images);
    expect(existsSync(join(out, "cache"))).toBe(false);
  });

  it("refuses a trained run whose checkpoint is gone", async () => {
    const path = checkpointFile(run);
    await rename(path, `${path}.away`);
    await expect(predictImages(run, images)).rejects.toMatchObject(
      fault(2, /checkpoint\.safetensors: expected the checkpoint of a trained run, found nothing there/),
    );
    await rename(`${path}.away`, path);
  });

  it("writes a picture of each image at the network's size, and says where", async () => {
    const [red, blue] = await predictImages(run, images, join(out, "pictures"));
    expect(red!.explanation).toBe(join(out, "pictures", "red.grad-cam.png"));
    expect(blue!.explanation).toBe(join(out, "pictures", "blue.grad-cam.png"));
    const { width, height, format } = await sharp(red!.explanation!).metadata();
    expect([width, height, format]).toEqual([224, 224, "png"]);
  });

  it("refuses several runs, and pictures that would overwrite one another", async () => {
    await claimRun(out, { experiment: "e", arm: "a", seed: 1 });
    await finishRun(out, { experiment: "e", arm: "a", seed: 1 }, madeUpRecord);
    await expect(predictImages(join(out, "e"), images)).rejects.toThrow("expected one run, found 2");
    const twice = [images[0]!, join(out, "other", "red.png")];
    await expect(predictImages(run, twice, out)).rejects.toThrow("red.grad-cam.png");
  });
});

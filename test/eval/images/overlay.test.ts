import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { drawOverlay, enlarge } from "../../../eval/images/overlay.js";
import { lastingFolder } from "../../support.js";

const PREPROCESSING = { size: 40, resize: 48, mean: [0, 0, 0], std: [1, 1, 1] } as const;

describe("enlarge", () => {
  it("puts the peak of 1 on the hottest cell, and falls off linearly", () => {
    const big = enlarge({ width: 2, height: 2, data: Float32Array.of(0, 0, 0, 5) }, 8);
    expect(big[63]).toBe(1);
    expect(big[0]).toBe(0);
    // Half way between the centres of the cells, along the last row.
    expect((big[7 * 8 + 3]! + big[7 * 8 + 4]!) / 2).toBeCloseTo(0.5, 6);
  });

  it("is 0 everywhere where nothing spoke for the class", () => {
    const big = enlarge({ width: 3, height: 2, data: new Float32Array(6) }, 4);
    expect([...big]).toEqual(new Array(16).fill(0));
  });
});

describe("drawOverlay", () => {
  let path: string;
  beforeAll(async () => {
    path = join(await lastingFolder(), "grey.png");
    await sharp({ create: { width: 96, height: 64, channels: 3, background: "#808080" } })
      .png()
      .toFile(path);
  });

  it("is the network's view, untouched where it is cold and lit where it is hot", async () => {
    const heatMap = { width: 4, height: 4, data: new Float32Array(16) };
    heatMap.data[15] = 2;
    const png = await drawOverlay(path, { heatMap, preprocessing: PREPROCESSING });
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([40, 40, 3]);
    expect([...data.subarray(0, 3)]).toEqual([128, 128, 128]);
    const hot = [0, 1, 2].map((c) => data[3 * (39 * 40 + 39) + c]!);
    // .7 of inferno's last colour and .3 of the grey.
    expect(hot).toEqual(
      [0.3 * 128 + 0.7 * 252, 0.3 * 128 + 0.7 * 255, 0.3 * 128 + 0.7 * 164].map(Math.round),
    );
  });

  it("gives the same bytes again", async () => {
    const heatMap = { width: 1, height: 1, data: Float32Array.of(1) };
    const draw = () => drawOverlay(path, { heatMap, preprocessing: PREPROCESSING }, "jpeg");
    expect(await draw()).toEqual(await draw());
  });
});

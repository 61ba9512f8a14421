import { describe, expect, it } from "vitest";
import { imageStatistics } from "../../../eval/images/image-statistics.js";

function picture(width: number, height: number, colour: (x: number, y: number) => [number, number, number]) {
  const pixels = Array.from({ length: width * height }, (_, i) => colour(i % width, Math.floor(i / width)));
  return { data: Buffer.from(pixels.flat()), width, height };
}

describe("imageStatistics", () => {
  it("of a grey picture is its brightness, and nothing else", () => {
    const { brightness, ...others } = imageStatistics(picture(5, 4, () => [51, 51, 51]));
    expect(brightness).toBeCloseTo(0.2, 12);
    for (const value of Object.values(others)) expect(value).toBeCloseTo(0, 12);
  });

  it("of pure red is Rec. 709's share, warm, and as colourful as the formula says", () => {
    const { brightness, warmth, colourfulness } = imageStatistics(picture(4, 4, () => [255, 0, 0]));
    expect(brightness).toBeCloseTo(0.2126, 12);
    expect(warmth).toBe(1);
    // rg = 1 and yb = .5 everywhere.
    expect(colourfulness).toBeCloseTo(0.3 * Math.hypot(1, 0.5), 12);
  });

  it("has a chequerboard as sharp as can be and a ramp as not sharp at all", () => {
    const chequers = imageStatistics(picture(8, 8, (x, y) => ((x + y) % 2 ? [255, 255, 255] : [0, 0, 0])));
    expect(chequers.contrast).toBeCloseTo(0.5, 12);
    expect(chequers.sharpness).toBeCloseTo(4, 12);
    const ramp = imageStatistics(picture(8, 8, (x) => [20 * x, 20 * x, 20 * x]));
    expect(ramp.sharpness).toBeCloseTo(0, 12);
  });
});

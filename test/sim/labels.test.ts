import fc from "fast-check";
import { expect, it } from "vitest";
import { labelInstances, type Rle } from "../../sim/labels/mask-labels.js";

const whose = { label: "ants", preset: "lasius" } as const;

/** The slow second form: a run-length code unrolled down the columns. */
function unrolled({ size: [height, width], counts }: Rle): Uint8Array {
  const column = counts.flatMap((count, i) => Array.from({ length: count }, () => i % 2));
  const out = new Uint8Array(width * height);
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) out[y * width + x] = column[x * height + y]!;
  return out;
}

const masks = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ mask: Uint8Array.from(values), width, height })),
  );

it("counts area, box and run lengths that agree with the mask", () => {
  fc.assert(
    fc.property(masks, ({ mask, width, height }) => {
      const labels = labelInstances(mask, width, height, whose);
      expect(labels.map((l) => l.instance)).toEqual([...new Set(mask)].filter((id) => id > 0).sort());
      for (const { instance, area, bbox, segmentation } of labels) {
        const own = mask.map((id) => (id === instance ? 1 : 0));
        expect(unrolled(segmentation)).toEqual(own);
        expect(area).toBe(own.reduce((a, b) => a + b, 0));
        const pixels = [...own.keys()].filter((i) => own[i]);
        const [xs, ys] = [pixels.map((i) => i % width), pixels.map((i) => Math.floor(i / width))];
        const [left, top] = [Math.min(...xs), Math.min(...ys)];
        expect(bbox).toEqual([left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1]);
      }
    }),
  );
});

it("labels a single pixel with a box of one by one", () => {
  const mask = new Uint8Array(12);
  mask[7] = 2;
  expect(labelInstances(mask, 4, 3, whose)).toEqual([
    {
      instance: 2,
      ...whose,
      bbox: [3, 1, 1, 1],
      area: 1,
      segmentation: { size: [3, 4], counts: [10, 1, 1] },
    },
  ]);
});

it("labels nothing on an empty mask", () => {
  expect(labelInstances(new Uint8Array(6), 3, 2, whose)).toEqual([]);
});

/** Labels counted from the instance mask, and from nothing else: a box is right because its pixels are. */
/** [left, top, width, height] in pixels from the upper left corner: absolute, the last pixel included. */
export type Bbox = [number, number, number, number];

/** Uncompressed COCO run lengths: down the columns, starting with the background. */
export interface Rle {
  /** [height, width] */
  size: [number, number];
  counts: number[];
}

/** What the mask says of an instance. */
export interface MaskLabel {
  /** Its number in the mask. */
  instance: number;
  /** Its class. */
  label: string;
  preset: string;
  /** Of all visible pixels. */
  bbox: Bbox;
  /** Visible pixels. */
  area: number;
  segmentation: Rle;
}

/** One label for each instance that has a visible pixel, in the order of their numbers. */
export function labelInstances(
  mask: Uint8Array,
  width: number,
  height: number,
  whose: {
    /** Its class. */ label: string;
    preset: string;
  },
): MaskLabel[] {
  const boxes = new Map<number, Box>();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const id = mask[y * width + x]!;
      if (id) grow(boxes, id, x, y);
    }
  return [...boxes.entries()]
    .sort(([a], [b]) => a - b)
    .map(([instance, { left, top, right, bottom, area }]) => ({
      instance,
      ...whose,
      bbox: [left, top, right - left + 1, bottom - top + 1],
      area,
      segmentation: runLengths(mask, width, height, instance),
    }));
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  area: number;
}

function grow(boxes: Map<number, Box>, id: number, x: number, y: number): void {
  const box = boxes.get(id);
  if (!box) {
    boxes.set(id, { left: x, top: y, right: x, bottom: y, area: 1 });
    return;
  }
  box.left = Math.min(box.left, x);
  box.right = Math.max(box.right, x);
  box.bottom = y;
  box.area++;
}

export function runLengths(mask: Uint8Array, width: number, height: number, instance: number): Rle {
  const counts: number[] = [];
  let inside = false;
  let run = 0;
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      if ((mask[y * width + x] === instance) !== inside) {
        counts.push(run);
        run = 0;
        inside = !inside;
      }
      run++;
    }
  counts.push(run);
  return { size: [height, width], counts };
}

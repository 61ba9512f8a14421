/** One image's labels against its mask: each is counted anew from the mask's file. */
import type { InstanceLabel } from "../labels/instance-label.js";
import type { Bbox } from "../labels/mask-labels.js";
import type { SampleRecord } from "./records.js";

interface Mask {
  ids: Uint8Array;
  width: number;
  height: number;
}

/** Least pixels of the most visible subject, and least share of it where the whole of it is known. */
const LEAST_SEEN = { pixels: 12, share: 0.1 } as const;

export function labelFaults(record: SampleRecord, mask: Mask): string[] {
  if (mask.width !== record.width || mask.height !== record.height)
    return [`its mask is ${mask.width}x${mask.height}, its record says ${record.width}x${record.height}`];
  const counts = countedFrom(mask);
  const named = new Set(record.instances.map(({ instance }) => instance));
  const unnamed = [...counts.keys()].filter((id) => !named.has(id));
  return [
    ...unnamed.map((id) => `instance ${id} is in the mask but has no label`),
    ...record.instances.flatMap((one) =>
      instanceFaults(one, counts.get(one.instance), record).map(
        (what) => `instance ${one.instance}: ${what}`,
      ),
    ),
    ...visibilityFaults(record),
  ];
}

interface Count {
  area: number;
  bbox: Bbox;
}

function countedFrom({ ids, width }: Mask): Map<number, Count> {
  const pixels = new Map<number, number[]>();
  ids.forEach((id, i) => {
    if (!id) return;
    if (!pixels.has(id)) pixels.set(id, []);
    pixels.get(id)!.push(i);
  });
  return new Map([...pixels].map(([id, own]) => [id, { area: own.length, bbox: boxAround(own, width) }]));
}

function boxAround(pixels: readonly number[], width: number): Bbox {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const i of pixels) {
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return [left, top, right - left + 1, bottom - top + 1];
}

function instanceFaults(one: InstanceLabel, count: Count | undefined, record: SampleRecord): string[] {
  if (!count) return ["has a label but no pixel in the mask"];
  const faults: string[] = [];
  const expect = (what: string, said: unknown, found: unknown) => {
    if (String(said) !== String(found)) faults.push(`${what} is ${said}, the mask has ${found}`);
  };
  expect("area", one.area, count.area);
  expect("bbox", one.bbox, count.bbox);
  if (one.px_count_visib !== undefined) expect("px_count_visib", one.px_count_visib, count.area);
  expect("the run lengths' area", runsArea(one), count.area);
  return [...faults, ...boundFaults(one, record)];
}

const runsArea = ({ segmentation }: InstanceLabel): number =>
  segmentation.counts.filter((_, i) => i % 2).reduce((sum, run) => sum + run, 0);

function boundFaults(one: InstanceLabel, { width, height }: SampleRecord): string[] {
  const { bbox, bbox_obj, visib_fract, in_frame_fract, keypoints } = one;
  const faults: string[] = [];
  if (!holds([0, 0, width, height], bbox)) faults.push(`bbox ${bbox} reaches out of the picture`);
  if (bbox_obj && !holds(bbox_obj, bbox)) faults.push(`bbox_obj ${bbox_obj} does not hold bbox ${bbox}`);
  for (const [name, share] of Object.entries({ visib_fract, in_frame_fract }))
    if (share !== undefined && !(share >= 0 && share <= 1)) faults.push(`${name} ${share} is no share`);
  if (keypoints && !keypointsFit(keypoints, width, height)) faults.push("a keypoint lies out of bounds");
  return faults;
}

const holds = ([x, y, w, h]: Bbox, [u, v, s, t]: Bbox): boolean =>
  u >= x && v >= y && u + s <= x + w && v + t <= y + h;

function keypointsFit(keypoints: readonly number[], width: number, height: number): boolean {
  for (let i = 0; i < keypoints.length; i += 3) {
    const [x, y, v] = [keypoints[i]!, keypoints[i + 1]!, keypoints[i + 2]!];
    if (![0, 1, 2].includes(v) || x < 0 || y < 0 || x > width || y > height) return false;
  }
  return true;
}

/** A picture of a class must show it, unless its scene hides the insects on purpose. */
function visibilityFaults({ instances, resolved }: SampleRecord): string[] {
  if (!resolved.visible) return instances.length ? ["its insects should be hidden"] : [];
  const seen = instances.filter(
    ({ area, visib_fract = 1 }) => area >= LEAST_SEEN.pixels && visib_fract >= LEAST_SEEN.share,
  );
  if (seen.length) return [];
  const best = Math.max(0, ...instances.map(({ area }) => area));
  return [`shows no subject: at most ${best} pixels, or under ${100 * LEAST_SEEN.share} % of one`];
}

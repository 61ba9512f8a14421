/** Where and how large subjects stand in a rendered dataset's pictures, from its labels. */
import type { SampleRecord } from "./records.js";

/** The largest subject of a picture. */
export interface SubjectPlace {
  /** The picture's class. */
  label: string;
  preset: string;
  /** Longer side of its box as a share of the picture's shorter side. */
  size: number;
  /** Visible pixels as a share of the picture's. */
  area: number;
  /** Middle of its box as a share of the picture's width and height, from the upper left corner. */
  x: number;
  y: number;
  /** Subjects in the picture. */
  count: number;
}

/** One row a picture that shows a subject. */
export function subjectPlaces(records: readonly SampleRecord[]): SubjectPlace[] {
  return records.flatMap(({ label, width, height, instances }) => {
    const [largest] = [...instances].sort((a, b) => b.area - a.area);
    if (!largest) return [];
    const [x, y, w, h] = largest.bbox;
    return {
      label,
      preset: largest.preset,
      size: Math.max(w, h) / Math.min(width, height),
      area: largest.area / (width * height),
      x: (x + w / 2) / width,
      y: (y + h / 2) / height,
      count: instances.length,
    };
  });
}

/** Pictures by split and class, such as {"train/ants": 500}. */
export function classCounts(records: readonly SampleRecord[]): Record<string, number> {
  return tally(records.map(({ split, label }) => `${split}/${label}`));
}

/** How often each value stands in a list, by its name. */
export function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

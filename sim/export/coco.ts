/** COCO's instance format (cocodataset.org/#format-data). Ids start at 1; 0 is the background. */
import type { SampleRecord } from "../records.js";
import { CLASSES } from "../scene.js";

export interface CocoFile {
  info: { description: string; version: string };
  licenses: never[];
  categories: { id: number; name: string; supercategory: string }[];
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: CocoAnnotation[];
}

export interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  bbox: [number, number, number, number];
  area: number;
  iscrowd: 0;
  segmentation: { size: [number, number]; counts: number[] };
}

/** @param records in the order of their indices; the order decides the annotations' ids */
export function cocoFile(records: readonly SampleRecord[], description: string): CocoFile {
  const annotations = records.flatMap((record) =>
    record.instances.map(({ label, bbox, area, segmentation }) => ({
      image_id: record.index + 1,
      category_id: CLASSES.indexOf(label) + 1,
      bbox,
      area,
      iscrowd: 0 as const,
      segmentation,
    })),
  );
  return {
    info: { description, version: "1" },
    licenses: [],
    categories: CLASSES.map((name, i) => ({ id: i + 1, name, supercategory: "insect" })),
    images: records.map(({ index, image, width, height }) => ({
      id: index + 1,
      file_name: image.replace(/^images\//, ""),
      width,
      height,
    })),
    annotations: annotations.map((annotation, i) => ({ id: i + 1, ...annotation })),
  };
}

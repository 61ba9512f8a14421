/**
 * COCO's instance and keypoint format (cocodataset.org/#format-data). Ids start at 1; 0 is the background. What COCO
 * has no name for stands beside it under the BOP benchmark's names, and readers of COCO pass over it.
 */

import type { AmodalLabel } from "../labels/amodal.js";
import type { InstanceLabel } from "../labels/instance-label.js";
import type { Bbox, Rle } from "../labels/mask-labels.js";
import type { CameraLabel, Pose } from "../renderer/pinhole.js";
import type { ClassCard } from "./class-card.js";
import type { SampleRecord } from "./records.js";

/** One split's annotations, as COCO has them. */
export interface CocoFile {
  info: { description: string; version: string };
  licenses: never[];
  categories: CocoCategory[];
  images: CocoImage[];
  annotations: CocoAnnotation[];
}

/** A class, with its named points; ids are counted from 1 in the classes' sorted order. */
export interface CocoCategory {
  id: number;
  name: string;
  supercategory: string;
  keypoints: string[];
  /** Pairs of keypoints, counted from 1. */
  skeleton: [number, number][];
}

/** A picture; ids are its index + 1. */
export interface CocoImage {
  id: number;
  /** Below the dataset's `images` folder. */
  file_name: string;
  width: number;
  height: number;
  camera: CameraLabel;
}

/** An instance: COCO's keys in pixels, then the BOP benchmark's and antbee's own (docs/labels.md). */
export interface CocoAnnotation extends Partial<AmodalLabel> {
  id: number;
  image_id: number;
  category_id: number;
  bbox: Bbox;
  area: number;
  iscrowd: 0;
  segmentation: Rle;
  /** [x, y, v] for each of the category's keypoints. */
  keypoints?: number[];
  /** Those with v > 0. */
  num_keypoints?: number;
  /** Number in the instance mask. */
  instance: number;
  preset: string;
  pose: Pose;
  /** Length of the body, in millimetres. */
  length: number;
}

/** What a COCO file is made from. */
export interface CocoSource {
  /**
   * Gives the records anew at each call, in the order of their indices, which decides the annotations' ids.
   * @param again whether they were given before: they need no second check
   */
  records(again: boolean): Iterable<SampleRecord>;
  /** Of the classes, in the order of their ids. */
  cards: readonly ClassCard[];
  description: string;
}

/** How many pictures and instances a COCO file holds. */
export interface CocoCounts {
  images: number;
  annotations: number;
}

/**
 * The text of a COCO file, bit by bit: only one record is held at a time, which is read once as an image and once for
 * its instances.
 * @param counts counted up as the text is made
 */
export function* cocoText(
  { records, cards, description }: CocoSource,
  counts: CocoCounts = { images: 0, annotations: 0 },
): Generator<string> {
  const numbers = new Map(cards.map(({ name }, i) => [name, i + 1]));
  const info = { description, version: "1" } satisfies CocoFile["info"];
  yield `{"info":${JSON.stringify(info)},"licenses":[],"categories":${JSON.stringify(cards.map(category))},"images":[`;
  for (const record of records(false))
    yield `${counts.images++ ? "," : ""}${JSON.stringify(cocoImage(record))}`;
  yield '],"annotations":[';
  for (const { index, instances } of records(true))
    for (const instance of instances) {
      const id = counts.annotations + 1;
      const one = { id, ...annotation(index + 1, numbers.get(instance.label)!, instance) };
      yield `${counts.annotations++ ? "," : ""}${JSON.stringify(one)}`;
    }
  yield "]}\n";
}

const cocoImage = ({ index, image, width, height, camera }: SampleRecord): CocoImage => ({
  id: index + 1,
  file_name: image.replace(/^images\//, ""),
  width,
  height,
  camera,
});

function category({ name, keypoints, skeleton }: ClassCard, i: number): CocoCategory {
  const bones = skeleton.map((bone) => bone.map((end) => keypoints.indexOf(end) + 1) as [number, number]);
  return { id: i + 1, name, supercategory: "insect", keypoints, skeleton: bones };
}

function annotation(
  image_id: number,
  category_id: number,
  { label: _, bbox, area, segmentation, keypoints, instance, preset, pose, length, ...rest }: InstanceLabel,
): Omit<CocoAnnotation, "id"> {
  return {
    image_id,
    category_id,
    bbox,
    area,
    iscrowd: 0,
    segmentation,
    ...(keypoints && { keypoints, num_keypoints: seenOrHidden(keypoints) }),
    ...{ instance, preset, pose, length }, // in this order, whatever the record's is
    ...rest,
  };
}

const seenOrHidden = (keypoints: readonly number[]): number =>
  keypoints.filter((v, i) => i % 3 === 2 && v > 0).length;

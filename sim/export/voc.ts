/**
 * Pascal VOC's layout (host.robots.ox.ac.uk/pascal/VOC, development kit 2012): boxes are [xmin, ymin, xmax, ymax]
 * with the first pixel at 1 and the last one included; `SegmentationObject` holds instance numbers.
 */
import { join } from "node:path";
import { readBytes, writeAtomic } from "../../src/shared/files.js";
import type { SampleRecord } from "../dataset/records.js";
import { eachRecord, imageBytes, nameOf, type RenderedDataset } from "../dataset/source.js";
import type { InstanceLabel } from "../labels/instance-label.js";
import { SPLITS } from "../scene/slots.js";

export async function exportVoc(source: RenderedDataset, out: string): Promise<void> {
  await eachRecord(source, async (record) => {
    const { name, ending } = nameOf(record);
    await writeAtomic(join(out, "JPEGImages", name + ending), await imageBytes(source, record));
    await writeAtomic(join(out, "Annotations", `${name}.xml`), vocXml(record));
    const mask = await readBytes(join(source.dir, record.mask));
    await writeAtomic(join(out, "SegmentationObject", `${name}.png`), mask);
  });
  for (const split of [...SPLITS, "trainval"]) {
    const own = source.records.filter((record) => split.includes(record.split));
    const names = own.map((record) => `${nameOf(record).name}\n`).join("");
    await writeAtomic(join(out, "ImageSets", "Main", `${split}.txt`), names);
  }
}

/** Names of classes and presets are plain words, so that nothing needs escaping. */
export function vocXml(record: SampleRecord): string {
  const { name, ending } = nameOf(record);
  const lines = [
    "<annotation>",
    "  <folder>JPEGImages</folder>",
    `  <filename>${name}${ending}</filename>`,
    `  <size><width>${record.width}</width><height>${record.height}</height><depth>3</depth></size>`,
    "  <segmented>1</segmented>",
    ...record.instances.map(objectXml),
    "</annotation>",
  ];
  return `${lines.join("\n")}\n`;
}

/** Cut off by the frame, and hidden within it, where more than a twentieth is missing. */
const MISSING = 0.05;

function objectXml({ label, preset, bbox, visib_fract = 1, in_frame_fract = 1 }: InstanceLabel): string {
  const [x, y, w, h] = bbox;
  const truncated = in_frame_fract < 1 - MISSING ? 1 : 0;
  const occluded = visib_fract < (1 - MISSING) * in_frame_fract ? 1 : 0;
  return [
    "  <object>",
    `    <name>${label}</name><pose>Unspecified</pose><preset>${preset}</preset>`,
    `    <truncated>${truncated}</truncated><occluded>${occluded}</occluded><difficult>0</difficult>`,
    `    <bndbox><xmin>${x + 1}</xmin><ymin>${y + 1}</ymin><xmax>${x + w}</xmax><ymax>${y + h}</ymax></bndbox>`,
    "  </object>",
  ].join("\n");
}

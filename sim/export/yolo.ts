/**
 * YOLO's detection format (docs.ultralytics.com/datasets/detect): a text file beside each image with a line an
 * instance, `class x y width height`, the box's middle and size as shares of the image's, classes from 0.
 */
import { join } from "node:path";
import { stringify } from "yaml";
import { writeAtomic } from "../../src/shared/files.js";
import type { SampleRecord } from "../dataset/records.js";
import { eachRecord, imageBytes, nameOf, type RenderedDataset } from "../dataset/source.js";

export async function exportYolo(source: RenderedDataset, out: string): Promise<void> {
  await eachRecord(source, async (record) => {
    const { name, ending } = nameOf(record);
    await writeAtomic(join(out, "images", record.split, name + ending), await imageBytes(source, record));
    await writeAtomic(
      join(out, "labels", record.split, `${name}.txt`),
      yoloLines(record, source.manifest.classes),
    );
  });
  await writeAtomic(
    join(out, "data.yaml"),
    stringify({ path: ".", train: "images/train", val: "images/val", names: source.manifest.classes }),
  );
}

/** Empty for an image without instances, as YOLO has it. */
export function yoloLines({ instances, width, height }: SampleRecord, classes: readonly string[]): string {
  const lines = instances.map(({ label, bbox: [x, y, w, h] }) => {
    const shares = [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height];
    return [classes.indexOf(label), ...shares.map((share) => share.toFixed(6))].join(" ");
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** COCO's own layout: `{train,val}/000000.jpg` beside `annotations/instances_{train,val}.json`. */
import { join } from "node:path";
import { writeAtomic } from "../../src/shared/files.js";
import { splitAnnotations } from "../dataset/merge.js";
import { eachRecord, imageBytes, nameOf, type RenderedDataset } from "../dataset/source.js";
import { SPLITS } from "../scene/slots.js";

export async function exportCoco(source: RenderedDataset, out: string): Promise<void> {
  await eachRecord(source, async (record) => {
    const { name, ending } = nameOf(record);
    await writeAtomic(join(out, record.split, name + ending), await imageBytes(source, record));
  });
  for (const split of SPLITS) {
    const flat = source.records
      .filter((record) => record.split === split)
      .map((record) => ({ ...record, image: nameOf(record).name + nameOf(record).ending }));
    const text = splitAnnotations(source.manifest, () => flat, split);
    await writeAtomic(join(out, "annotations", `instances_${split}.json`), text);
  }
}

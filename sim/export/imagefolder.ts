/** torchvision's ImageFolder: `{train,val}/<class>/000000.jpg`. */
import { join } from "node:path";
import { writeAtomic } from "../../src/shared/files.js";
import { eachRecord, imageBytes, nameOf, type RenderedDataset } from "../dataset/source.js";

export async function exportImageFolder(source: RenderedDataset, out: string): Promise<void> {
  await eachRecord(source, async (record) => {
    const { name, ending } = nameOf(record);
    await writeAtomic(join(out, record.split, record.label, name + ending), await imageBytes(source, record));
  });
}

/** torchvision's ImageFolder: `{train,val}/{ants,bees}/000000.jpg`. */
import { join } from "node:path";
import { writeAtomic } from "../../src/shared/files.js";
import { type ExportSource, eachRecord, imageBytes, nameOf } from "./source.js";

export async function exportImageFolder(source: ExportSource, out: string): Promise<void> {
  await eachRecord(source, async (record) => {
    const { name, ending } = nameOf(record);
    await writeAtomic(join(out, record.split, record.label, name + ending), await imageBytes(source, record));
  });
}

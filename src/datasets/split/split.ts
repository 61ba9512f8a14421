/** `antbee data split`: photographs in class folders become an ImageFolder with a training split and a sealed test. */
import { join, resolve, sep } from "node:path";
import { duplicateReport } from "../../../eval/images/duplicate-report.js";
import type { Duplicates } from "../../../eval/images/duplicates.js";
import { compareImages } from "../../experiment/report/duplicates.js";
import { readSplitRecord, type SplitRecord, splitRecordFile } from "../../experiment/source/split-record.js";
import { FOLDER_TARGET } from "../../experiment/source/target.js";
import { type OnEvent, progressOf, silent } from "../../experiment/spec/events.js";
import type { ClassFolders } from "../../shared/dataset.js";
import { invalid, note } from "../../shared/errors.js";
import { canonicalJson, readBytes, writeAtomic, writeJson } from "../../shared/files.js";
import { claimFolder } from "../../shared/folders.js";
import type { UnlabeledItem } from "../../shared/types.js";
import { type Side, type SplitRule, sidesOf } from "./sides.js";
import { surveyPhotos } from "./survey.js";

/** What is split, and how; two fifths of each class go to the test where nothing is said. */
export interface SplitOptions extends Partial<SplitRule> {
  /** The folders to take, by class; all of them where left out. Their names are kept. */
  folders?: ClassFolders;
  on?: OnEvent;
}

/** Two fifths: of a few photographs, a test of fewer says hardly anything. */
const VAL = 0.4;

/**
 * Copies the usable photographs of the class folders in `dir` to `out/train` and `out/val`, those that look alike to the
 * same side, and writes `out/split.json`. The same call continues what was cut off.
 * @throws bad input where a class has too few photographs that differ, and where `out` lies in `dir` or holds something
 * else
 */
export async function splitPhotos(
  dir: string,
  out: string,
  { folders, val = VAL, seed = 0, on = silent }: SplitOptions = {},
): Promise<SplitRecord> {
  if (!(val > 0 && val < 1)) throw invalid("val", "a share above 0 and below 1", val);
  refuseInside(dir, out);
  const { usable, skipped } = await surveyPhotos(dir, folders, progressOf(on, "reading"));
  const { duplicates, backbone } = await compareImages(usable, on);
  const sides = sidesOf(usable, duplicates.near, { val, seed });
  const placed = usable.map((item) => inSplit(item, sides));
  const idsIn = (side: Side) => usable.filter(({ id }) => sides.get(id) === side).map(({ id }) => id);
  const record: SplitRecord = {
    schema: 1,
    from: dir,
    seed,
    val,
    skipped,
    train: idsIn("train"),
    test: idsIn("val"),
    duplicates: duplicateReport(FOLDER_TARGET, placed, inSplits(duplicates, sides), backbone),
  };
  await claim(out, record);
  for (const item of placed) await writeAtomic(join(out, item.id), await readBytes(item.path));
  return record;
}

/** The photographs' own folder stays as it is: what is written there would be a class the next time. */
function refuseInside(dir: string, out: string): void {
  if (`${resolve(out)}${sep}`.startsWith(`${resolve(dir)}${sep}`))
    throw invalid(out, "a folder outside of the photographs'", note(`one in ${dir}`));
}

/** The record is written first: by it a call that was cut off knows its own. */
async function claim(out: string, record: SplitRecord): Promise<void> {
  await claimFolder(out, {
    expected: "an empty folder or this very split",
    isOurs: async () => canonicalJson((await readSplitRecord(out)) ?? null) === canonicalJson(record),
  });
  await writeJson(splitRecordFile(out), record);
}

/** As it is called in the folder that is written. */
const inSplit = <Item extends UnlabeledItem>(item: Item, sides: ReadonlyMap<string, Side>) => {
  const split = sides.get(item.id)!;
  return { ...item, split, id: `${split}/${item.id}`, domain: FOLDER_TARGET };
};

const inSplits = ({ near }: Duplicates, sides: ReadonlyMap<string, Side>): Duplicates => ({
  exact: [],
  near: near.map((pair) => ({ ...pair, a: inSplit(pair.a, sides), b: inSplit(pair.b, sides) })),
});

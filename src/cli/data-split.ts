/** `antbee data split DIR --out DIR`: what it says of the split. */
import type { SplitRecord } from "../experiment/source/split-record.js";
import type { LeftOut } from "../shared/damaged.js";
import { invalid } from "../shared/errors.js";
import { groupBy } from "../shared/group.js";
import { classFolders } from "./class-folders.js";
import { type Outcome, wholeNumber } from "./command.js";
import { printEvents } from "./events.js";

interface SplitFlags {
  out?: string;
  seed?: string;
  val?: string;
  classes?: string;
}

export async function split(dir: string, flags: SplitFlags): Promise<Outcome> {
  const { out } = flags;
  if (out === undefined)
    throw invalid("antbee data split", "--out, as in: antbee data split my-photos --out photos", undefined);
  const { splitPhotos } = await import("../datasets/split/split.js");
  const record = await splitPhotos(dir, out, {
    folders: classFolders(flags.classes),
    val: shareOf(flags.val),
    seed: wholeNumber("seed", flags.seed, 0),
    on: printEvents(),
  });
  return {
    json: { out, ...record },
    text: [...describeSplit(record), `${out}: train/ and val/, and split.json says what went where`].join(
      "\n",
    ),
  };
}

/** A flag's share; undefined stays undefined. */
export function shareOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const share = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(share > 0 && share < 1)) throw invalid("--val", "a share above 0 and below 1", text);
  return share;
}

/** How many photographs went where, what was kept together, and every photograph that was left out. */
export function describeSplit({ train, test, seed, skipped, duplicates }: SplitRecord): string[] {
  const counts = (ids: readonly string[]) =>
    groupBy(ids, folderOf)
      .map((of) => `${of.length} of ${folderOf(of[0]!)}`)
      .join(", ");
  const alike = duplicates.near.length;
  return [
    `train: ${train.length} photographs (${counts(train)})`,
    `val: ${test.length} photographs (${counts(test)}), drawn by seed ${seed}`,
    ...(alike > 0
      ? [`${alike} pair${alike === 1 ? "" : "s"} of near duplicates, each kept on one side`]
      : []),
    ...describeSkipped(skipped),
  ];
}

function describeSkipped(skipped: readonly LeftOut[]): string[] {
  if (skipped.length === 0) return ["nothing was skipped"];
  return [`skipped: ${skipped.length}`, ...skipped.map(({ id, why }) => `  ${id}: ${why}`)];
}

const folderOf = (id: string): string => id.slice(0, id.indexOf("/"));

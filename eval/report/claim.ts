/** A report's folder: its `report.json` says whose it is, and until that is written a claim does. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { invalid, note } from "../../src/shared/errors.js";
import { writeJson } from "../../src/shared/files.js";
import { type Claim, claimFolder, refuseOthers } from "../../src/shared/folders.js";
import { readCheckedJson } from "../../src/shared/schema.js";

const REPORT = "report.json";
const CLAIM = "report.claim.json";

/** Whose a report is: an experiment's, or that of its ablation. */
export interface ReportOwner {
  experiment: string;
  kind?: "ablation";
}

const mark = z.looseObject({
  schema: z.literal(1),
  experiment: z.string(),
  kind: z.literal("ablation").optional(),
});

/** @throws bad input where the folder holds another's report, or anything that is no report */
export const refuseOthersReport = (dir: string, owner: ReportOwner): Promise<void> =>
  refuseOthers(dir, claimOf(dir, owner));

/** The same, and marks the folder. */
export async function claimReport(dir: string, { experiment, kind }: ReportOwner): Promise<void> {
  await claimFolder(dir, claimOf(dir, { experiment, kind }));
  await writeJson(join(dir, CLAIM), { schema: 1, experiment, kind });
}

function claimOf(dir: string, owner: ReportOwner): Claim {
  const isOurs = async () => {
    const found = [REPORT, CLAIM].map((name) => join(dir, name)).find((path) => existsSync(path));
    if (found === undefined) return false;
    const other = await readCheckedJson(mark, found);
    if (other.experiment === owner.experiment && other.kind === owner.kind) return true;
    throw invalid(dir, `a folder for the ${reportOf(owner)}`, note(`a ${reportOf(other)}`));
  };
  return { expected: `an empty folder or a ${reportOf(owner)}`, isOurs };
}

const reportOf = ({ experiment, kind }: ReportOwner): string =>
  kind ? `report on the ${kind} of ${experiment}` : `report on ${experiment}`;

/** The report is whole, and says itself whose it is. */
export const releaseReport = (dir: string): Promise<void> => rm(join(dir, CLAIM), { force: true });

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

const mark = z.looseObject({ schema: z.literal(1), experiment: z.string() });

/** @throws bad input where the folder holds another experiment's report, or anything that is no report */
export const refuseOthersReport = (dir: string, experiment: string): Promise<void> =>
  refuseOthers(dir, claimOf(dir, experiment));

/** The same, and marks the folder. */
export async function claimReport(dir: string, experiment: string): Promise<void> {
  await claimFolder(dir, claimOf(dir, experiment));
  await writeJson(join(dir, CLAIM), { schema: 1, experiment });
}

function claimOf(dir: string, experiment: string): Claim {
  const isOurs = async () => {
    const found = [REPORT, CLAIM].map((name) => join(dir, name)).find((path) => existsSync(path));
    if (found === undefined) return false;
    const owner = await readCheckedJson(mark, found);
    if (owner.experiment === experiment) return true;
    throw invalid(dir, `a folder for the report on ${experiment}`, note(`a report on ${owner.experiment}`));
  };
  return { expected: `an empty folder or a report on ${experiment}`, isOurs };
}

/** The report is whole, and says itself whose it is. */
export const releaseReport = (dir: string): Promise<void> => rm(join(dir, CLAIM), { force: true });

/**
 * Writes the README's tables of figures from committed reports, between `<!-- figures: FOLDER -->` and
 * `<!-- end of figures -->`. `npm run readme` writes them; a test compares.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { percent, percentInterval, pointsInterval } from "../eval/comparison/format.js";
import type { Arm, Comparison } from "../eval/comparison/schema.js";
import { armsByTrack, markdown } from "../eval/report/table.js";
import { verdict } from "../eval/report/verdict.js";
import { writeAtomic } from "../src/shared/files.js";
import { packageFile } from "../src/shared/roots.js";

const TABLE = /(<!-- figures: (\S+) -->\n)[\s\S]*?(\n<!-- end of figures -->)/g;

/** The README's text with the tables as the reports have them now. */
export function withTables(text: string): string {
  return text.replace(TABLE, (_, open: string, folder: string, close: string) => {
    const path = packageFile(join(folder, "report.json"));
    return `${open}\n${table(JSON.parse(readFileSync(path, "utf8")))}\n${close}`;
  });
}

function table(comparison: Comparison): string {
  const { arms } = comparison;
  const rows = armsByTrack(arms).flatMap((group) => group.arms.map((arm, i) => row(arm, i === 0)));
  const columns = ["track", "arm", "renders, %", "photographs, % [95 %]", "gap, points [95 %]"];
  return `> ${verdict(comparison)}\n\n${markdown(columns, rows)}`;
}

const row = (arm: Arm, first: boolean): string[] => [
  first ? arm.track : "",
  arm.name,
  arm.source.accuracy ? percent(arm.source.accuracy.mean).replace("%", "") : "–",
  percentInterval(arm.target.accuracy).replace("%", ""),
  arm.gap ? pointsInterval(arm.gap) : "–",
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = packageFile("README.md");
  await writeAtomic(path, withTables(readFileSync(path, "utf8")));
}

/** An ablation on disk: the page, its data, Markdown, and the charts as SVG and PNG. */
import { join } from "node:path";
import { writeAtomic, writeJson } from "../../src/shared/files.js";
import type { Predictions } from "../../src/shared/types.js";
import { type Ablation, checkAblation } from "../ablation/schema.js";
import { formatPredictions } from "../predictions/csv.js";
import { claimReport, releaseReport } from "./claim.js";
import { writeIndex } from "./reports-index.js";

/** What goes into a report's folder beside the ablation. */
export interface AblationReportOptions {
  /** Written below `predictions/`, by file name without `.csv`, so that every figure can be recomputed. */
  predictions?: Record<string, Predictions>;
  /** A JPEG of every scene beside the whole one. */
  sheet?: Uint8Array;
}

/** Writes `index.html`, `report.json`, `report.md`, `figures/` and `predictions/` into `outDir`, `report.json` last. */
export async function writeAblation(
  ablation: Ablation,
  outDir: string,
  { predictions = {}, sheet }: AblationReportOptions = {},
): Promise<void> {
  const { writeFigures } = await import("./write-figures.js"); // what draws loads longer than all else
  const { ablationFigures } = await import("../charts/ablation.js");
  const { renderAblationHtml } = await import("./ablation-page.js");
  const { renderAblationMarkdown } = await import("./ablation-markdown.js");
  const report = checkAblation(join(outDir, "report.json"), ablation);
  await claimReport(outDir, report);
  for (const [name, rows] of Object.entries(predictions))
    await writeAtomic(join(outDir, "predictions", `${name}.csv`), formatPredictions(rows));
  await writeFigures(ablationFigures(report), outDir);
  if (sheet) await writeAtomic(join(outDir, "figures", "scenes.jpg"), sheet);
  await writeAtomic(join(outDir, "report.md"), renderAblationMarkdown(report, sheet !== undefined));
  await writeAtomic(join(outDir, "index.html"), renderAblationHtml(report, sheet));
  await writeJson(join(outDir, "report.json"), report);
  await releaseReport(outDir);
  await writeIndex(outDir);
}

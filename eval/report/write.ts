/** A comparison on disk: the page, the figures' data, Markdown, and the charts as SVG and PNG. */
import { join } from "node:path";
import { writeAtomic, writeJson } from "../../src/shared/files.js";
import type { Predictions } from "../../src/shared/types.js";
import { type Comparison, checkComparison } from "../comparison/schema.js";
import { formatPredictions } from "../predictions/csv.js";
import { type DrawnClasses, formatDraws } from "../predictions/draws.js";
import { claimReport, releaseReport } from "./claim.js";
import type { PictureFiles } from "./page-parts.js";
import { writeIndex } from "./reports-index.js";
import type { RenderSamples } from "./samples.js";

/** What goes into a report's folder beside the comparison. */
export interface ReportOptions {
  /** Written below `predictions/`, by file name without `.csv`, so that every figure can be recomputed. */
  predictions?: Record<string, Predictions>;
  /** What was predicted after further draws of labels, written below `predictions/` too, as `<name>.csv`. */
  draws?: Record<string, DrawnClasses>;
  /** Shown in the gallery; what is not here is named by its id. */
  pictures?: PictureFiles;
  /** Renders of each class, shown on the first screen. */
  samples?: readonly RenderSamples[];
}

/**
 * Writes `index.html`, `report.json`, `report.md`, `card.png`, `figures/*.svg|png` and `predictions/*.csv` into `outDir`. Each file
 * is whole or absent; `report.json`, which says that the report is there, comes last.
 */
export async function writeReport(
  comparison: Comparison,
  outDir: string,
  { predictions = {}, draws = {}, pictures, samples }: ReportOptions = {},
): Promise<void> {
  const { writeFigures } = await import("./write-figures.js"); // what draws loads longer than all else
  const { writeCard } = await import("./card.js");
  const { renderMarkdown } = await import("./markdown.js");
  const { renderHtml } = await import("./page.js");
  const { reportFigures } = await import("./sections.js");
  const report = checkComparison(join(outDir, "report.json"), comparison);
  await claimReport(outDir, { experiment: report.experiment });
  for (const [name, rows] of Object.entries(predictions))
    await writeAtomic(join(outDir, "predictions", `${name}.csv`), formatPredictions(rows));
  for (const [name, drawn] of Object.entries(draws))
    await writeAtomic(join(outDir, "predictions", `${name}.csv`), formatDraws(drawn));
  await writeFigures(reportFigures(report), outDir);
  await writeCard(report, samples ?? [], outDir);
  await writeAtomic(join(outDir, "report.md"), renderMarkdown(report));
  await writeAtomic(join(outDir, "index.html"), renderHtml(report, { gallery: pictures, samples }));
  await writeJson(join(outDir, "report.json"), report);
  await releaseReport(outDir);
  await writeIndex(outDir);
}

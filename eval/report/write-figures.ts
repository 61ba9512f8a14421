/** Charts as files. */
import { join } from "node:path";
import { writeAtomic } from "../../src/shared/files.js";
import type { Figure } from "../charts/figure.js";
import { renderPng, standaloneSvg } from "../charts/svg.js";
import { CHART_WIDTHS } from "./page-parts.js";

/** Writes `figures/<id>.svg` and `.png` below a report's folder. */
export async function writeFigures(figures: readonly Figure[], outDir: string): Promise<void> {
  for (const figure of figures) {
    const svg = standaloneSvg(figure.draw(CHART_WIDTHS.wide));
    await writeAtomic(join(outDir, "figures", `${figure.id}.svg`), svg);
    await writeAtomic(join(outDir, "figures", `${figure.id}.png`), renderPng(svg));
  }
}

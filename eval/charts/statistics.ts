/** Plain statistics of both domains' pictures. */

import type { Statistic } from "../comparison/schema.js";
import { type Figure, numberCell } from "./figure.js";
import { intervalMarks, rowsPlot } from "./rows.js";
import { drawSvg } from "./svg.js";

export function statisticsFigure(statistics: Statistic[]): Figure {
  const alt = `Statistics of renders against the target's. ${statistics.map((s) => `${s.name}: ${signed(s.difference)} standard deviations`).join("; ")}.`;
  return {
    id: "statistics",
    title: "Pictures of both domains in plain statistics",
    caption:
      "Filled circles: target images; hollow diamonds: held-out renders; medians, and lines from the 10th to the 90th percentile, in standard deviations of the target around its mean. Warmth is mean red minus mean blue; sharpness the deviation of luma's Laplacian; all at the network's input.",
    alt,
    draw: (width) => {
      const rows = (domain: "source" | "target") => statistics.map((s) => standardisedRow(s, domain));
      const options = {
        x: { label: "standard deviations   ● target   ◇ renders" },
        marks: [
          ...intervalMarks(rows("source"), "source", 1.5),
          ...intervalMarks(rows("target"), "target", 3),
        ],
      };
      return drawSvg(
        rowsPlot(
          statistics.map((s) => s.name),
          width,
          options,
        ),
        alt,
      );
    },
    table: {
      caption: "Statistics of the pictures at the network's input",
      columns: ["statistic", "renders, mean", "std", "target, mean", "std", "difference, std of target"],
      rows: statistics.map(({ name, source, target, difference }) => [
        name,
        numberCell(source.mean, short),
        numberCell(source.std, short),
        numberCell(target.mean, short),
        numberCell(target.std, short),
        numberCell(difference, signed),
      ]),
    },
  };
}

function standardisedRow(statistic: Statistic, domain: "source" | "target") {
  const { mean, std } = statistic.target;
  const at = (x: number) => (x - mean) / (std || 1);
  const { median, p10, p90 } = statistic[domain];
  return { name: statistic.name, mean: at(median), low: at(p10), high: at(p90) };
}

const short = (x: number) => x.toFixed(3).replace("-", "−");
const signed = (x: number) => `${x > 0 ? "+" : ""}${x.toFixed(2).replace("-", "−")}`;

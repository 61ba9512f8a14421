/** Plain statistics of both domains' pictures. */
import type { Statistic } from "../comparison/schema.js";
import type { ChartRow } from "./chart-row.js";
import { type Figure, numberCell } from "./figure.js";
import { DOMAINS } from "./legends.js";
import { estimateOf, rowChart } from "./row-chart.js";

export function statisticsFigure(statistics: readonly Statistic[]): Figure {
  const texts = statistics.map((s) => `${s.name}: ${signed(s.difference)} standard deviations`);
  return rowChart({
    id: "statistics",
    title: "Pictures of both domains in plain statistics",
    caption:
      "Medians, and lines from the 10th to the 90th percentile, in standard deviations of the target around its mean. Warmth is mean red minus mean blue; sharpness the deviation of luma's Laplacian; all at the network's input.",
    alt: `Statistics of renders against the target's. ${texts.join("; ")}.`,
    x: { label: "standard deviations of the target" },
    legend: DOMAINS,
    rows: statistics.map(rowOf),
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
  });
}

function rowOf(statistic: Statistic): ChartRow {
  const domains = (["source", "target"] as const).map((domain) =>
    estimateOf(domain, standardised(statistic, domain)),
  );
  return {
    label: statistic.name,
    // The one lies below the other where they overlap.
    intervals: domains.flatMap(({ intervals }) =>
      intervals.map((line) => ({ ...line, band: line.part === "target" })),
    ),
    marks: domains.flatMap(({ marks }) => marks),
  };
}

function standardised(statistic: Statistic, domain: "source" | "target") {
  const { mean, std } = statistic.target;
  const at = (x: number) => (x - mean) / (std || 1);
  const { median, p10, p90 } = statistic[domain];
  return { mean: at(median), low: at(p10), high: at(p90) };
}

const short = (x: number) => x.toFixed(3).replace("-", "−");
const signed = (x: number) => `${x > 0 ? "+" : ""}${x.toFixed(2).replace("-", "−")}`;

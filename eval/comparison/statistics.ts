/** How renders and the target differ in plain statistics of their pictures. */

import { IMAGE_STATISTICS } from "../images/image-statistics.js";
import { quantile } from "../statistics/intervals.js";
import { mean } from "../statistics/mean.js";
import type { ComparisonInput } from "./input.js";
import type { Statistic } from "./schema.js";

/** Empty where the pictures were not measured. */
export function describeStatistics(measured: ComparisonInput["statistics"]): Statistic[] {
  if (!measured) return [];
  return IMAGE_STATISTICS.map((name) => {
    const [source, target] = [measured.source, measured.target].map((of) => spread(of.map((s) => s[name])));
    const difference = (source!.mean - target!.mean) / (target!.std || 1);
    return { name, source: source!, target: target!, difference };
  });
}

function spread(values: readonly number[]): Statistic["source"] {
  const sorted = Float64Array.from(values).sort();
  const middle = mean(sorted);
  return {
    mean: middle,
    std: Math.sqrt(mean(sorted.map((x) => (x - middle) ** 2))),
    p10: quantile(sorted, 0.1),
    median: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
  };
}

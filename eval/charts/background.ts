/** The background-only check. */
import { percent, percentInterval } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import { PERCENT_AXIS } from "./axes.js";
import { type Figure, intervalCell } from "./figure.js";
import { methodsSentence } from "./methods.js";
import { estimateOf, rowChart } from "./row-chart.js";

export function backgroundFigure(
  { source, target }: NonNullable<Comparison["background"]>,
  classes: readonly string[],
): Figure {
  const found = [
    { label: "held-out renders, subjects hidden", accuracy: source },
    ...(target ? [{ label: "target images as they are", accuracy: target }] : []),
  ];
  const chance = 1 / classes.length;
  const texts = found.map(({ label, accuracy }) => `${label}: ${percentInterval(accuracy)}`);
  return rowChart({
    id: "background",
    title: "Does the background give the class away?",
    caption:
      "Accuracy of a head that was trained on renders whose subjects are hidden, with 95% intervals. Above chance on hidden renders, their surroundings give the class away; above it on the target, that carries over. " +
      methodsSentence([source, target]),
    alt: `Background only. ${texts.join("; ")}; chance: ${percent(chance)}.`,
    x: { ...PERCENT_AXIS, label: "accuracy, %" },
    rules: [{ at: chance, dashed: true, label: "chance" }],
    legend: [{ text: "accuracy with its 95% interval", part: "extra", shape: "dot" }],
    rows: found.map(({ label, accuracy }) => ({ label, ...estimateOf("extra", accuracy) })),
    table: {
      caption: "Accuracy from the background alone",
      columns: ["images", "accuracy [95%]"],
      rows: found.map(({ label, accuracy }) => [label, intervalCell(accuracy, percentInterval)]),
    },
  });
}

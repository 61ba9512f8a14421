/** Target and source accuracy of arms as dumbbells in the bands of their tracks, with bounds as lines. */
import { percent, percentInterval } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { accuracyAxis, oneImage } from "./axes.js";
import type { ChartRow, RowRule } from "./chart-row.js";
import { type Figure, intervalCell } from "./figure.js";
import type { LegendEntry } from "./legend.js";
import { DOMAINS } from "./legends.js";
import { methodsSentence } from "./methods.js";
import { rowChart } from "./row-chart.js";

/** What the chart is of. */
export interface ArmsChart {
  id: string;
  title: string;
  arms: readonly Arm[];
  /** Accuracies on the target that are drawn as lines across all rows. */
  bounds?: readonly Arm[];
  /** A track in words. */
  trackName: (track: Arm["track"]) => string;
}

export function armsFigure({ id, title, arms, bounds = [], trackName }: ArmsChart): Figure {
  const all = [...arms, ...bounds];
  const texts = all.map((arm) => `${arm.name}: ${percentInterval(arm.target.accuracy)} on the target`);
  const lines = bounds.length > 0 ? " Dashed: bounds, learned from no render." : "";
  return rowChart({
    id,
    title,
    caption: `Tracks differ in the labels that they may use and are not ranked against one another.${lines} ${methodsSentence(arms.map(({ target }) => target.accuracy))}`,
    alt: `${title}. ${texts.join("; ")}.`,
    x: { ...accuracyAxis(all), label: `accuracy, % (${oneImage(arms)})` },
    rules: bounds.map(ruleOf),
    legend: [...DOMAINS, INTERVAL],
    bands: true,
    rows: arms.map((arm) => rowOf(arm, trackName)),
    table: {
      caption: title,
      columns: ["arm", "target [95%]", "held-out renders [95%]"],
      rows: all.map((arm) => [
        arm.name,
        intervalCell(arm.target.accuracy, percentInterval),
        intervalCell(arm.source.accuracy, percentInterval),
      ]),
    },
  });
}

const INTERVAL: LegendEntry = { text: "95% interval on the target", part: "target", shape: "band" };

const ruleOf = ({ name, target }: Arm): RowRule => ({
  at: target.accuracy.mean,
  part: "extra",
  dashed: true,
  label: `${name} ${percent(target.accuracy.mean)}`,
});

function rowOf({ name, track, source, target }: Arm, trackName: ArmsChart["trackName"]): ChartRow {
  const { mean, low, high } = target.accuracy;
  const renders = source.accuracy?.mean;
  return {
    label: name,
    group: trackName(track),
    intervals: [
      { low, high, part: "target", band: true },
      ...(renders === undefined
        ? []
        : [{ low: Math.min(mean, renders), high: Math.max(mean, renders), part: "faint" as const }]),
    ],
    marks: [
      ...(renders === undefined ? [] : [{ at: renders, shape: "diamond" as const, part: "source" as const }]),
      { at: mean, shape: "circle", part: "target" },
    ],
  };
}

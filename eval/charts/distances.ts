/** Distances between the domains, each beside its floor. */
import { pValue } from "../comparison/format.js";
import type { Distances } from "../comparison/schema.js";
import type { ChartRow } from "./chart-row.js";
import { viewName } from "./embedding.js";
import { type Figure, numberCell } from "./figure.js";
import { rowChart } from "./row-chart.js";

export function distancesFigure(distances: readonly Distances[]): Figure {
  const texts = distances.map(
    (d) => `${viewName(d)}: ${short(d.proxyA.value)}, floor ${short(d.proxyA.floor)}`,
  );
  return rowChart({
    id: "distances",
    title: "Distances between the domains",
    caption:
      "Proxy A-distance of held-out renders and target images in the features that each arm ended with from 0, where no linear classifier separates them, to 2, where one always does. Its floor is the same measure between two halves of the target. The table has MMD² and a kernel distance with their floors; neither compares with figures of other backbones.",
    alt: `Proxy A-distance between renders and target. ${texts.join("; ")}.`,
    x: { domain: [-0.1, 2], nice: false, label: "proxy A-distance" },
    legend: [
      { text: "renders to target", part: "target", shape: "dot" },
      {
        text: "floor: two halves of the target",
        part: "source",
        shape: "dot",
        symbol: "diamond",
        hollow: true,
      },
    ],
    rows: distances.map(rowOf),
    table: {
      caption: "Distances between held-out renders and target, and between halves of the target (floor)",
      columns: [
        "features of",
        "seed",
        "proxy A",
        "floor",
        "MMD²",
        "p",
        "floor",
        "p of floor",
        "kernel",
        "floor",
      ],
      rows: distances.map((d) => [
        viewName(d),
        numberCell(d.seed, String),
        numberCell(d.proxyA.value, short),
        numberCell(d.proxyA.floor, short),
        numberCell(d.mmd2.mmd2, fine),
        numberCell(d.mmd2.p, pValue),
        numberCell(d.mmd2.floor, fine),
        numberCell(d.mmd2.floorP, pValue),
        numberCell(d.kernel.value, fine),
        numberCell(d.kernel.floor, fine),
      ]),
    },
  });
}

function rowOf(d: Distances): ChartRow {
  const { value, floor } = d.proxyA;
  return {
    label: viewName(d),
    intervals: [{ low: floor, high: value, part: "faint" }],
    marks: [
      { at: floor, shape: "diamond", part: "source" },
      { at: value, shape: "circle", part: "target" },
    ],
  };
}

const short = (x: number) => x.toFixed(2);
const fine = (x: number) => x.toPrecision(3).replace("-", "−");

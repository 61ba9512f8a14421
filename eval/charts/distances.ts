/** Distances between the domains, each beside its floor. */
import * as Plot from "@observablehq/plot";
import { pValue } from "../comparison/format.js";
import type { Distances } from "../comparison/schema.js";
import { viewName } from "./embedding.js";
import { type Figure, numberCell } from "./figure.js";
import { rowsPlot } from "./rows.js";
import { color, drawSvg } from "./svg.js";

export function distancesFigure(distances: Distances[]): Figure {
  const rows = distances.map((d) => ({ name: viewName(d), ...d.proxyA }));
  const alt = `Proxy A-distance between renders and target. ${rows.map((row) => `${row.name}: ${row.value.toFixed(2)}, floor ${row.floor.toFixed(2)}`).join("; ")}.`;
  return {
    id: "distances",
    title: "Distances between the domains",
    caption:
      "Proxy A-distance of held-out renders and target images in the features that each arm ended with (filled circle), from 0, where no linear classifier can tell them apart, to 2, where one always can. Its floor (hollow diamond) is what the same measure says of one half of the target against the other. The table has MMD² and a kernel distance with their floors; neither compares with figures of other backbones.",
    alt,
    draw: (width) => drawSvg(distancesPlot(rows, width), alt),
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
        d.arms.join(", "),
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
  };
}

const short = (x: number) => x.toFixed(2);
const fine = (x: number) => x.toPrecision(3).replace("-", "−");

function distancesPlot(rows: { name: string; value: number; floor: number }[], width: number) {
  return rowsPlot(
    rows.map((row) => row.name),
    width,
    {
      x: { domain: [-0.1, 2], nice: false, label: "proxy A   ● renders to target   ◇ floor" },
      marks: [
        Plot.ruleY(rows, { y: "name", x1: "floor", x2: "value", stroke: color("faint") }),
        Plot.dot(rows, { y: "name", x: "floor", symbol: "diamond", stroke: color("source"), r: 5 }),
        Plot.dot(rows, { y: "name", x: "value", fill: color("target"), stroke: color("target"), r: 5 }),
      ],
    },
  );
}

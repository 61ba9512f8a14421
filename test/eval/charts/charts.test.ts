import { describe, expect, it } from "vitest";
import { ablationFigures } from "../../../eval/charts/ablation.js";
import { armsFigure } from "../../../eval/charts/arms.js";
import { backgroundFigure } from "../../../eval/charts/background.js";
import { confusionFigure } from "../../../eval/charts/confusion.js";
import { curvesFigure } from "../../../eval/charts/curves.js";
import { distancesFigure } from "../../../eval/charts/distances.js";
import { pcaFigure, tsneFigure } from "../../../eval/charts/embedding.js";
import type { Cell, Figure } from "../../../eval/charts/figure.js";
import { kLabelsFigure } from "../../../eval/charts/k-labels.js";
import { pairsFigure } from "../../../eval/charts/pairs.js";
import { regretFigure } from "../../../eval/charts/regret.js";
import { reliabilityFigure } from "../../../eval/charts/reliability.js";
import { rowChart } from "../../../eval/charts/row-chart.js";
import { seedsFigure } from "../../../eval/charts/seeds.js";
import { statisticsFigure } from "../../../eval/charts/statistics.js";
import { upliftFigure } from "../../../eval/charts/uplift.js";
import { reportFigures } from "../../../eval/report/sections.js";
import { expectGolden } from "../golden.js";
import { ablation } from "../made-up-ablation.js";
import {
  ARMS,
  BACKGROUND,
  CLASSES,
  DISTANCES,
  EMBEDDINGS,
  FAMILIES,
  PAIRS,
  STATISTICS,
  UPLIFT,
} from "./figures.js";

const embedded = { embeddings: EMBEDDINGS, classes: CLASSES };
const charts: Figure[] = [
  armsFigure(ARMS),
  pairsFigure({ pairs: PAIRS, families: FAMILIES }),
  kLabelsFigure(ARMS),
  upliftFigure(UPLIFT),
  seedsFigure(ARMS),
  curvesFigure(ARMS),
  regretFigure(ARMS),
  reliabilityFigure(ARMS, CLASSES.length),
  confusionFigure(ARMS, CLASSES),
  pcaFigure(embedded),
  tsneFigure(embedded),
  distancesFigure(DISTANCES),
  backgroundFigure(BACKGROUND, CLASSES),
  statisticsFigure(STATISTICS),
];

const ofAblations: Figure[] = ablationFigures(ablation);
const all = [...charts, ...ofAblations].map((chart) => [chart.id, chart] as const);

const textOf = (cell: Cell) =>
  typeof cell === "string" ? cell : "code" in cell ? cell.code : `${cell.text} (${cell.value})`;
/** An element a line, so that a change shows where it is. */
const lines = (svg: string) => `${svg.replaceAll("><", ">\n<")}\n`;

describe("charts", () => {
  it.each(all)("draw %s as before", (id, chart) => {
    expectGolden(lines(chart.draw(640)), `charts/${id}.svg`);
  });

  it.each(all)("say %s as before", (id, chart) => {
    const { title, caption, alt, table } = chart;
    const rows = [table.columns, ...table.rows.map((row) => row.map(textOf))].map((row) => row.join(" | "));
    expectGolden(`${[title, caption, alt, "", table.caption, ...rows].join("\n")}\n`, `charts/${id}.txt`);
  });

  it("are all of a report's", () => {
    const comparison = {
      ...embedded,
      arms: ARMS,
      pairs: PAIRS,
      families: FAMILIES,
      uplift: UPLIFT,
      worth: [],
      distances: DISTANCES,
      background: BACKGROUND,
      statistics: STATISTICS,
      experiments: null,
      gallery: [],
      duplicates: null,
    };
    const ids = reportFigures(comparison as unknown as Parameters<typeof reportFigures>[0]).map((f) => f.id);
    expect(ids).toEqual(charts.map((chart) => chart.id));
  });
});

describe("shapes of classes", () => {
  it("are said to repeat where there are more classes than shapes", () => {
    const classes = Array.from({ length: 8 }, (_, i) => `class${i}`);
    const caption = (count: number) =>
      pcaFigure({ embeddings: EMBEDDINGS, classes: classes.slice(0, count) }).caption;
    expect(caption(8)).toContain("Shapes repeat after 7 classes.");
    expect(caption(7)).not.toContain("repeat");
  });
});

describe("rowChart", () => {
  const draw = (label: string, width: number, group?: string) => {
    const marks = [{ at: 1, shape: "circle", part: "target" } as const];
    const rows = [{ label, group, intervals: [{ low: 0, high: 2, part: "target" } as const], marks }];
    const table = { caption: "", columns: [], rows: [] };
    return rowChart({ id: "x", title: "", caption: "", alt: "a chart", x: {}, rows, table }).draw(width);
  };
  const height = (svg: string) => Number(/ height="(\d+)"/.exec(svg)![1]);
  const leftmost = (svg: string) =>
    Math.min(...Array.from(svg.matchAll(/ x1="([\d.]+)"/g), (m) => Number(m[1])));

  it("keeps names left of the marks, on as many lines as the width asks", () => {
    const name = "self-training-with-renders − source-only";
    expect(height(draw(name, 320))).toBeGreaterThan(height(draw(name, 960)));
    for (const width of [320, 960])
      expect(leftmost(draw(name, width))).toBeGreaterThan(0.3 * Math.min(width, 640));
    expect(leftmost(draw("a", 960))).toBeLessThan(60);
  });

  it("sets a heading above the rows of a group", () => {
    const svg = draw("a", 640, "a group");
    expect(svg.indexOf("a group")).toBeGreaterThan(0);
    expect(height(svg)).toBeGreaterThan(height(draw("a", 640)));
  });
});

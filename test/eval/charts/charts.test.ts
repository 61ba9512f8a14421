import { describe, expect, it } from "vitest";
import { ablationFigures } from "../../../eval/charts/ablation.js";
import { armsFigure } from "../../../eval/charts/arms.js";
import { backgroundFigure } from "../../../eval/charts/background.js";
import { confusionFigure } from "../../../eval/charts/confusion.js";
import { curvesFigure, hasCurve } from "../../../eval/charts/curves.js";
import { distancesFigure } from "../../../eval/charts/distances.js";
import { pcaFigure } from "../../../eval/charts/embedding.js";
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
  armsFigure({
    id: "overview",
    title: "Accuracy",
    arms: ARMS.slice(0, -1),
    bounds: ARMS.slice(-1),
    trackName: (track) => track,
  }),
  pairsFigure({ pairs: PAIRS, families: FAMILIES }),
  kLabelsFigure(ARMS),
  upliftFigure(UPLIFT),
  seedsFigure(ARMS),
  curvesFigure(ARMS),
  regretFigure(ARMS),
  reliabilityFigure(ARMS, CLASSES.length),
  confusionFigure(ARMS, CLASSES),
  pcaFigure(embedded),
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
      reference: { sourceOnly: "source-only", oracle: "oracle" },
      cautions: [],
      ledger: [],
      sealed: [],
      inputs: [],
      environment: {},
      selection: {},
      source: {},
      backbone: {},
      gallery: [],
      duplicates: null,
    };
    const ids = reportFigures(comparison as unknown as Parameters<typeof reportFigures>[0]).map((f) => f.id);
    expect(charts.filter(({ id }) => !ids.includes(id))).toEqual([]);
  });
});

describe("small charts", () => {
  const [first] = ARMS;

  it("have no bin of one or two images", () => {
    const reliability = [
      { low: 0.5, high: 0.6, n: 2, confidence: 0.55, accuracy: 0 },
      ...first!.target.reliability,
    ];
    const few = { ...first!, target: { ...first!.target, reliability } };
    const dots = (arm: typeof few) =>
      reliabilityFigure([arm], 3)
        .draw(400)
        .match(/<circle/g)!.length;
    expect(dots(few)).toBe(dots({ ...first! }));
  });

  it("draw no curve of one or two labels a class", () => {
    const named = ARMS.slice(0, 1).flatMap((arm) => [
      arm,
      { ...arm, name: "of two", track: "k-shot" as const, k: 2 },
    ]);
    const figure = curvesFigure(named);
    expect(figure.draw(400)).not.toContain("of two");
    expect(hasCurve({ ...ARMS[0]!, k: 3 })).toBe(true);
  });

  it("draw features once where their figures are the same", () => {
    const again = [...EMBEDDINGS, { ...EMBEDDINGS[0]!, arms: ["twin"] }];
    const figure = pcaFigure({ embeddings: again, classes: CLASSES });
    expect(figure.draw(640)).toBe(
      pcaFigure(embedded).draw(640).replaceAll(pcaFigure(embedded).alt, figure.alt),
    );
    expect(figure.caption).toContain("looks the same: twin");
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
    return rowChart({ legend: [], id: "x", title: "", caption: "", alt: "a chart", x: {}, rows, table }).draw(
      width,
    );
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

  it("says of a group what the width holds", () => {
    const group = "unlabelled: renders and target images without labels";
    expect(draw("a", 640, group)).toContain(group);
    expect(draw("a", 320, group)).toContain(">unlabelled</text>");
  });

  it("marks what lies far off at the edge, and gives the others the room", () => {
    const at = (x: number) => ({
      label: `at ${x}`,
      intervals: [],
      marks: [{ at: x, shape: "circle", part: "target" } as const],
    });
    const near = [0.9, 0.91, 0.92, 0.93, 0.94].map(at);
    const table = { caption: "", columns: [], rows: [] };
    const chart = {
      id: "x",
      title: "",
      caption: "",
      alt: "a chart",
      x: { percent: true },
      table,
      legend: [],
    };
    const all = rowChart({ ...chart, rows: [...near, at(0.1)] }).draw(640);
    expect(all).toContain("◂ 10.0");
    expect(rowChart({ ...chart, rows: near }).draw(640)).not.toContain("◂");
    expect(rowChart({ ...chart, rows: [...near, at(0.95)] }).draw(640)).not.toMatch(/[◂▸]/);
  });

  it("draws its legend above itself, in rows that the width asks for", () => {
    const legend = ["a", "b", "c"].map(
      (name) => ({ text: `meaning ${name}`.repeat(3), part: "target", shape: "dot" }) as const,
    );
    const rows = [
      { label: "row", intervals: [], marks: [{ at: 1, shape: "circle", part: "target" } as const] },
    ];
    const table = { caption: "", columns: [], rows: [] };
    const chart = { id: "x", title: "", caption: "", alt: "a chart", x: {}, table, rows };
    const heightOf = (width: number, entries: typeof legend) =>
      height(rowChart({ ...chart, legend: entries }).draw(width));
    const bare = heightOf(320, []);
    expect(heightOf(960, legend)).toBeGreaterThan(bare);
    expect(heightOf(320, legend)).toBeGreaterThan(heightOf(960, legend));
  });

  it("sets a heading above the rows of a group", () => {
    const svg = draw("a", 640, "a group");
    expect(svg.indexOf("a group")).toBeGreaterThan(0);
    expect(height(svg)).toBeGreaterThan(height(draw("a", 640)));
  });
});

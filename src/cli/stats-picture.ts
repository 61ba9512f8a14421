/** A dataset's statistics as one picture: pixels beside photographs, sizes, places, classes. */
import * as Plot from "@observablehq/plot";
import sharp from "sharp";
import { statisticsFigure } from "../../eval/charts/statistics.js";
import { color, drawSvg, renderPng, standaloneSvg } from "../../eval/charts/svg.js";
import type { SubjectPlace } from "../../sim/dataset/subject-statistics.js";
import { writeAtomic } from "../shared/files.js";
import type { Figures } from "./stats.js";

const WIDTH = 560;
const COMMON = { width: WIDTH, marginBottom: 48 } as const;
const AXIS = { labelAnchor: "center", labelArrow: "none" } as const;

/** @returns the picture's path */
export async function writeStatsPicture(figures: Figures, path: string): Promise<string> {
  const pixels = figures.real ? [statisticsFigure(figures.pixels).draw(WIDTH)] : [];
  const charts = [...pixels, classChart(figures), sizeChart(figures), placeChart(figures)];
  const pictures = charts.map((svg) => Buffer.from(renderPng(standaloneSvg(svg))));
  await writeAtomic(path, await stacked(pictures));
  return path;
}

async function stacked(pictures: readonly Buffer[]): Promise<Buffer> {
  const sizes = await Promise.all(pictures.map((picture) => sharp(picture).metadata()));
  const tops = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, { height }) => sum + height, 0));
  const sheet = sharp({
    create: {
      width: Math.max(...sizes.map(({ width }) => width)),
      height: sizes.reduce((sum, { height }) => sum + height, 0),
      channels: 3,
      background: "white",
    },
  });
  const placed = pictures.map((input, i) => ({ input, left: 0, top: tops[i]! }));
  return sheet.composite(placed).png().toBuffer();
}

function classChart({ classes, realClasses }: Figures): string {
  const rows = [
    ...Object.entries(classes).map(([name, count]) => ({
      name: `renders ${name}`,
      count,
      part: "source" as const,
    })),
    ...Object.entries(realClasses).map(([name, count]) => ({
      name: `real ${name}`,
      count,
      part: "target" as const,
    })),
  ];
  const marks = [
    Plot.barX(rows, { x: "count", y: "name", fill: (row) => color(row.part) }),
    Plot.text(rows, { x: "count", y: "name", text: "count", textAnchor: "start", dx: 4 }),
  ];
  const y = { domain: rows.map(({ name }) => name), label: null };
  const options = { ...COMMON, height: 70 + 24 * rows.length, marginLeft: 120, marginRight: 40, y, marks };
  return drawSvg({ ...options, x: { ...AXIS, label: "pictures" } }, "Pictures of each split and class");
}

function sizeChart({ places }: Figures): string {
  const marks = [
    Plot.rectY(places, {
      ...Plot.binX({ y: "count" }, { x: (place: SubjectPlace) => place.size, interval: 0.05 }),
      fill: color("source"),
    }),
    Plot.ruleY([0]),
  ];
  const x = {
    ...AXIS,
    label: "longer side of the largest insect's box, share of the picture's shorter side",
  };
  return drawSvg({ ...COMMON, height: 240, x, y: { label: "pictures" }, marks }, "Sizes of insects");
}

function placeChart({ places }: Figures): string {
  const marks = [
    Plot.frame(),
    Plot.dot(places, {
      x: "x",
      y: "y",
      r: 2,
      stroke: (place: SubjectPlace) => color(place.label === "ants" ? "source" : "target"),
      symbol: (place: SubjectPlace) => (place.label === "ants" ? "circle" : "triangle"),
    }),
  ];
  const x = { ...AXIS, domain: [0, 1], label: "place of the largest insect   ○ ants   △ bees" };
  return drawSvg(
    { ...COMMON, height: WIDTH, x, y: { domain: [0, 1], reverse: true, label: null, ticks: 6 }, marks },
    "Places of insects in the picture",
  );
}

/** A dataset's statistics as one picture: pixels beside photographs, classes, sizes and places of subjects. */
import { writePicture } from "../../src/shared/picture-file.js";
import { sharp } from "../../src/shared/sharp.js";
import { Panel, SERIES_COLOURS, SERIES_SHAPES } from "./chart-panel.js";
import type { DatasetStatistics, PictureSummary } from "./statistics.js";

const WIDTH = 560;
/** Pixels a unit of the drawing. */
const SCALE = 2;

const [RENDERS, PHOTOGRAPHS] = [SERIES_COLOURS[0]!, SERIES_COLOURS[1]!];

/** @returns the picture's path */
export async function writeStatisticsPicture(statistics: DatasetStatistics, path: string): Promise<string> {
  const panels = [
    ...(statistics.real && statistics.pixels.length ? [pixelPanel(statistics)] : []),
    classPanel(statistics),
    sizePanel(statistics),
    placePanel(statistics),
  ];
  await writePicture(path, await stacked(panels));
  return path;
}

function stacked(panels: readonly Panel[]): Promise<Buffer> {
  const tops = panels.map((_, i) => panels.slice(0, i).reduce((sum, { height }) => sum + height, 0));
  const height = tops.at(-1)! + panels.at(-1)!.height;
  const groups = panels.map((panel, i) => `<g transform="translate(0 ${tops[i]})">${panel.svg()}</g>`);
  const frame = `width="${SCALE * WIDTH}" height="${SCALE * height}" viewBox="0 0 ${WIDTH} ${height}"`;
  const style = `font-family="DejaVu Sans, sans-serif" font-size="12" fill="#222"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${frame} ${style}><rect width="100%" height="100%" fill="white"/>${groups.join("")}</svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

/** Medians, and lines from the 10th to the 90th percentile, in standard deviations of the photographs about their mean. */
function pixelPanel({ pixels }: DatasetStatistics): Panel {
  const rows = pixels.map(({ name, source, target }) => {
    const standard = (of: PictureSummary) =>
      [of.p10, of.median, of.p90].map((v) => (v - target.mean) / (target.std || 1)) as [
        number,
        number,
        number,
      ];
    return { name, renders: standard(source), photographs: standard(target) };
  });
  const reach = Math.max(1, ...rows.flatMap((row) => [...row.renders, ...row.photographs].map(Math.abs)));
  const panel = new Panel(WIDTH, 70 + 36 * rows.length, 120, "Pixels: ○ photographs  ◇ renders");
  panel.xAxis([-reach, reach], "standard deviations of the photographs");
  rows.forEach(({ name, renders, photographs }, k) => {
    const y = 44 + 36 * k;
    panel.rowName(name, y);
    panel.interval(photographs, y - 6, PHOTOGRAPHS, "circle");
    panel.interval(renders, y + 6, RENDERS, "diamond");
  });
  return panel;
}

function classPanel({ classes, realClasses }: DatasetStatistics): Panel {
  const rows = [
    ...Object.entries(classes).map(([name, count]) => ({ name: `renders ${name}`, count, colour: RENDERS })),
    ...Object.entries(realClasses).map(([name, count]) => ({
      name: `real ${name}`,
      count,
      colour: PHOTOGRAPHS,
    })),
  ];
  const panel = new Panel(WIDTH, 70 + 24 * rows.length, 140, "Pictures of each split and class");
  panel.xAxis([0, Math.max(1, ...rows.map(({ count }) => count)) * 1.1], "pictures");
  rows.forEach(({ name, count, colour }, k) => {
    panel.rowName(name, 38 + 24 * k);
    panel.bar(count, 38 + 24 * k, 16, colour, String(count));
  });
  return panel;
}

/** Width of a bin of sizes. */
const BIN = 0.05;

function sizePanel({ places }: DatasetStatistics): Panel {
  const bins = new Map<number, number>();
  for (const { size } of places) {
    const bin = Math.floor(size / BIN);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const panel = new Panel(WIDTH, 240, 48, "Sizes of subjects");
  panel.xAxis(
    [0, BIN * (Math.max(0, ...bins.keys()) + 1)],
    "longer side of the largest subject's box, share of the picture's shorter side",
  );
  panel.yAxis([0, Math.max(1, ...bins.values())]);
  for (const [bin, count] of bins) panel.column(BIN * bin, BIN * (bin + 1), count, RENDERS);
  return panel;
}

function placePanel({ places }: DatasetStatistics): Panel {
  const names = [...new Set(places.map(({ label }) => label))].sort();
  const legend = names
    .map((name, c) => `${SERIES_SHAPES[c % SERIES_SHAPES.length]!.sign} ${name}`)
    .join("   ");
  const panel = new Panel(WIDTH, WIDTH, 48, `Places of the largest subject: ${legend}`);
  panel.xAxis([0, 1], "share of the picture's width");
  panel.yAxis([1, 0]);
  for (const { label, x, y } of places) panel.mark(x, y, names.indexOf(label));
  return panel;
}

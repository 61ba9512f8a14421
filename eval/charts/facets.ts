/** Small multiples: one small chart an arm, or of whatever else has a name. */
import * as Plot from "@observablehq/plot";

/** Width of a small chart below which nothing can be read off it, in pixels. */
const LEAST_WIDTH = 280;
/** The same for one with few marks: two stand side by side on a phone. */
export const LEAST_WIDTH_OF_FEW_MARKS = 150;
/** Of a letter of a small chart's name, on average, in pixels. */
const LETTER_WIDTH = 7;
/** Share of a step that lies between two small charts, across and down. */
const GAP = { x: 0.14, y: 0.28 };

/** Small multiples side by side, as many as the width holds, in rows as even as can be. */
export function facets(arms: readonly { name: string }[], width: number, least = LEAST_WIDTH) {
  const longest = Math.max(0, ...arms.map(({ name }) => name.length)) * LETTER_WIDTH;
  const most = Math.max(1, Math.floor(width / Math.max(least, longest)));
  const rows = Math.ceil(arms.length / most);
  const columns = Math.ceil(arms.length / rows);
  const at = (name: string) => arms.findIndex((arm) => arm.name === name);
  const position = {
    fx: (d: { name: string }) => at(d.name) % columns,
    fy: (d: { name: string }) => Math.floor(at(d.name) / columns),
  };
  const names = Plot.text([...arms], {
    ...position,
    text: "name",
    frameAnchor: "top-left",
    textAnchor: "start",
    dy: -18,
    fontSize: 12,
  });
  return {
    position,
    names,
    rows,
    columns,
    /** Height of all rows together, without margins, where each chart is square and `across` is that of all columns. */
    squareHeight: (across: number) => across * (along(rows, GAP.y) / along(columns, GAP.x)),
    scales: {
      fx: { axis: null, paddingInner: columns > 1 ? GAP.x : 0, paddingOuter: 0 },
      fy: { axis: null, paddingInner: rows > 1 ? GAP.y : 0, paddingOuter: 0 },
    } as const,
  };
}

export const FACET_MARGINS = { marginTop: 48, marginLeft: 44, marginBottom: 40, marginRight: 12 };

/** Length of so many charts and the gaps between them, in lengths of a chart. */
const along = (count: number, gap: number) => (count > 1 ? (count - gap) / (1 - gap) : 1);

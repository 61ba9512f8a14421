/** Both domains' features in the plane. */
import * as Plot from "@observablehq/plot";
import { groupBy } from "../../src/shared/group.js";
import { percent } from "../comparison/format.js";
import type { Comparison, Embedding } from "../comparison/schema.js";
import { FACET_MARGINS, facets } from "./facets.js";
import { type Figure, numberCell } from "./figure.js";
import type { LegendEntry } from "./legend.js";
import { drawSvg } from "./svg.js";
import { color } from "./svg-colors.js";

type Embedded = Pick<Comparison, "embeddings" | "classes">;

export function pcaFigure({ embeddings, classes }: Embedded): Figure {
  const views = differentViews(embeddings);
  const explained = embeddings.map((e) => `${viewName(e)}: ${e.explained.map(percent).join(" and ")}`);
  const alt = `Features of renders and of the target along their first two principal components, which hold ${explained.join("; ")} of the variance.`;
  return {
    id: "pca",
    title: "Principal components of the features",
    caption: `${sameSentence(embeddings, views)}${repeatSentence(classes)}Two components hold only a part of what the network sees: domains that overlap here may still be separable (see the distances).`,
    alt,
    draw: (width) => drawSvg(scatter(views, classes, width), alt, legendOf(classes)),
    table: {
      caption:
        "Share of the variance along the principal components, and how far apart the domains' means lie",
      columns: ["features of", "seed", "first", "second", "distance of means / spread"],
      rows: embeddings.map((e) => [
        viewName(e),
        numberCell(e.seed, String),
        numberCell(e.explained[0], percent),
        numberCell(e.explained[1], percent),
        numberCell(separation(e), (x) => x.toFixed(2)),
      ]),
    },
  };
}

/** The arm that computed the features, and how many others ended with the same. */
export function viewName({ arms: [first, ...others] }: Pick<Embedding, "arms">): string {
  return others.length ? `${first} (and ${others.length} more)` : first!;
}

const SYMBOLS = ["circle", "triangle", "square", "diamond", "star", "wye", "cross"] as const;
const symbolOf = (classes: readonly string[], name: string) =>
  SYMBOLS[classes.indexOf(name) % SYMBOLS.length]!;

function repeatSentence(classes: readonly string[]): string {
  return classes.length > SYMBOLS.length ? `Shapes repeat after ${SYMBOLS.length} classes. ` : "";
}

/** Domains by filling and colour, classes by shape. */
function legendOf(classes: readonly string[]): LegendEntry[] {
  return [
    { text: "target images", part: "target", shape: "dot" },
    { text: "held-out renders", part: "source", shape: "dot", hollow: true },
    ...classes.slice(0, SYMBOLS.length).map(
      (name): LegendEntry => ({
        text: name,
        part: "faint",
        shape: "dot",
        symbol: symbolOf(classes, name),
        hollow: true,
      }),
    ),
  ];
}

/** What the table says of a view, to the digits that it shows. */
const figuresOf = (view: Embedding): string =>
  [...view.explained.map(percent), separation(view).toFixed(2)].join(" ");

/** Views of the same figures look the same: each once. */
const differentViews = (all: readonly Embedding[]): Embedding[] =>
  groupBy(all, figuresOf).map(([first]) => first!);

function sameSentence(all: readonly Embedding[], shown: readonly Embedding[]): string {
  const left = all.filter((view) => !shown.includes(view)).map(viewName);
  return left.length > 0 ? `Not drawn, as it looks the same: ${left.join(", ")}. ` : "";
}

/** Width of a picture at most, in pixels. */
const LARGEST = 480;
/** Margin without an axis. */
const EDGE = 12;

function scatter(
  embeddings: readonly Embedding[],
  classes: readonly string[],
  width: number,
): Plot.PlotOptions {
  const grid = facets(
    embeddings.map((e) => ({ name: viewName(e) })),
    width,
    300,
  );
  const whole = Math.min(width, grid.columns * LARGEST);
  const dots = embeddings.flatMap((e) =>
    inUnitBox(e.points.map((p) => p.pca)).map(([x, y], i) => ({
      name: viewName(e),
      x,
      y,
      domain: e.points[i]!.domain,
      class: e.points[i]!.class,
    })),
  );
  const marks = (["source", "target"] as const).flatMap((domain) =>
    classes.map((name) =>
      Plot.dot(
        dots.filter((d) => d.domain === domain && d.class === name),
        {
          ...grid.position,
          x: "x",
          y: "y",
          r: 3.2,
          symbol: symbolOf(classes, name),
          stroke: color(domain),
          fill: domain === "target" ? color("target") : "none",
          fillOpacity: 0.6,
        },
      ),
    ),
  );
  return {
    ...FACET_MARGINS,
    ...grid.scales,
    marginLeft: EDGE,
    marginBottom: EDGE,
    width: whole,
    // Frames are square, so that both axes have one scale.
    height: FACET_MARGINS.marginTop + EDGE + grid.squareHeight(whole - EDGE - FACET_MARGINS.marginRight),
    x: { axis: null, domain: [-0.04, 1.04] },
    y: { axis: null, domain: [-0.04, 1.04] },
    marks: [Plot.frame({ stroke: color("faint"), strokeOpacity: 0.5 }), ...marks, grid.names],
  };
}

/** Pictures share their scales, so each is fitted into the unit square, its proportions kept. */
function inUnitBox(points: readonly (readonly [number, number])[]): [number, number][] {
  const [xs, ys] = [0, 1].map((k) => extent(points.map((point) => point[k as 0 | 1])));
  const size = Math.max(xs!.length, ys!.length) || 1;
  return points.map(([x, y]) => [0.5 + (x - xs!.middle) / size, 0.5 + (y - ys!.middle) / size]);
}

function extent(values: number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return { length: high - low, middle: (low + high) / 2 };
}

/** Distance of the domains' means along the two components, over the root mean square distance to one's own mean. */
function separation({ points }: Embedding): number {
  const groups = (["source", "target"] as const).map((domain) =>
    points.filter((p) => p.domain === domain).map((p) => p.pca),
  );
  const centres = groups.map((group) => [0, 1].map((k) => average(group.map((p) => p[k as 0 | 1]))));
  const spreads = groups.flatMap((group, g) =>
    group.map(([x, y]) => (x - centres[g]![0]!) ** 2 + (y - centres[g]![1]!) ** 2),
  );
  const [a, b] = centres as [number[], number[]];
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!) / (Math.sqrt(average(spreads)) || 1);
}

const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

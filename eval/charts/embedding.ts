/** Both domains' features in the plane. */
import * as Plot from "@observablehq/plot";
import { percent } from "../comparison/format.js";
import type { Comparison, Embedding } from "../comparison/schema.js";
import { FACET_MARGINS, facets } from "./facets.js";
import { type Figure, numberCell } from "./figure.js";
import { color, drawSvg } from "./svg.js";

type Embedded = Pick<Comparison, "embeddings" | "classes">;

export function pcaFigure({ embeddings, classes }: Embedded): Figure {
  const explained = embeddings.map((e) => `${viewName(e)}: ${e.explained.map(percent).join(" and ")}`);
  const alt = `Features of renders and of the target along their first two principal components, which hold ${explained.join("; ")} of the variance.`;
  return {
    id: "pca",
    title: "Principal components of the features",
    caption: `Filled: target images; hollow: held-out renders. ${shapes(classes)} Two components hold only a part of what the network sees: domains that overlap here may still be separable (see the distances).`,
    alt,
    draw: (width) => drawSvg(scatter(embeddings, classes, width, "pca"), alt),
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

export function tsneFigure({ embeddings, classes }: Embedded): Figure {
  const alt = `Illustration: t-SNE of the features of renders and of the target, ${embeddings.map(viewName).join(" and ")}.`;
  return {
    id: "tsne",
    title: "t-SNE of the features (illustration)",
    caption: `An illustration and no evidence: t-SNE draws groups where there are none, and distances between groups mean nothing. Filled: target images; hollow: held-out renders. ${shapes(classes)}`,
    alt,
    draw: (width) => drawSvg(scatter(embeddings, classes, width, "tsne"), alt),
    table: {
      caption: "Points of the illustration",
      columns: ["features of", "domain", "class", "points"],
      rows: embeddings.flatMap((e) =>
        (["source", "target"] as const).flatMap((domain) =>
          classes.map((name) => [
            viewName(e),
            domain === "source" ? "held-out renders" : "target",
            name,
            numberCell(e.points.filter((p) => p.domain === domain && p.class === name).length, String),
          ]),
        ),
      ),
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

function shapes(classes: readonly string[]): string {
  const parts = classes.map((name) => `${name} as ${symbolOf(classes, name)}s`).join(", ");
  const repeated = classes.length > SYMBOLS.length ? ` Shapes repeat after ${SYMBOLS.length} classes.` : "";
  return `${parts[0]!.toUpperCase()}${parts.slice(1)}.${repeated}`;
}

/** Width of a picture at most, in pixels. */
const LARGEST = 480;
/** Margin without an axis. */
const EDGE = 12;

function scatter(
  embeddings: Embedding[],
  classes: string[],
  width: number,
  key: "pca" | "tsne",
): Plot.PlotOptions {
  const views = embeddings.map((e) => ({ name: viewName(e) }));
  const grid = facets(views, width, 300);
  const whole = Math.min(width, grid.columns * LARGEST);
  const dots = embeddings.flatMap((e) =>
    inUnitBox(e.points.map((p) => p[key])).map(([x, y], i) => ({
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

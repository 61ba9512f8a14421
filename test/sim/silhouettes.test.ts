/** A recoloured preset is no preset: from outlines alone, seen from the side and from above, the six can be told apart. */
import { describe, expect, it } from "vitest";
import { resolveScene } from "../../sim/scene/resolve.js";
import { parseScene } from "../../sim/scene/scene.js";
import { ANT_PRESETS } from "../../sim/subjects/ant/presets.js";
import { BEE_PRESETS } from "../../sim/subjects/bee/presets.js";
import { subjectOf } from "../../sim/subjects/registry.js";
import type { Organism } from "../../sim/subjects/subject.js";

const INDIVIDUALS = 16;
/** As the standard scene varies proportions, on average. */
const VARIATION = 0.07;
const [COLUMNS, ROWS, FINE] = [22, 14, 4];

const scenes = {
  ants: (preset: string) => ({ antPreset: preset }),
  bees: (preset: string) => ({ beePreset: preset, wingSpread: 0.4 }),
};

/** Insects of a preset that stand still, each of its own proportions. */
function individuals(label: "ants" | "bees", preset: string): Organism[] {
  const spec = parseScene({ name: "outlines", subject: { variation: VARIATION, ...scenes[label](preset) } });
  const resolved = Array.from({ length: 4 * INDIVIDUALS }, (_, i) => resolveScene(spec, 0, i));
  const own = resolved.filter((scene) => scene.label === label).slice(0, INDIVIDUALS);
  const { build } = subjectOf(label);
  return own.map(({ kind, subjects: [one] }) => build(kind, one!, () => 0, 1));
}

type Triangle = [number, number][];

/** Orthographic, in the insect's own frame: x ahead, and y (from above) or z (from the side) across. */
function outline({ body, wings }: Organism, across: "y" | "z"): Triangle[] {
  return [body, ...(wings ? [wings] : [])].flatMap((mesh) => {
    const geometry = mesh.toGeometry();
    const position = geometry.getAttribute("position");
    const at = (i: number): [number, number] => [
      position.getX(i),
      across === "y" ? position.getY(i) : position.getZ(i),
    ];
    const index = geometry.getIndex()!.array;
    return Array.from({ length: index.length / 3 }, (_, t) => [0, 1, 2].map((k) => at(index[3 * t + k]!)));
  });
}

/**
 * Zoning: which share of each cell of a grid is covered. The grid lies about the silhouette's middle and is scaled
 * with the root of its area, so that neither place nor size tells anything.
 */
function descriptor(triangles: Triangle[]): number[] {
  const first = covered(triangles, [0, 0], 8);
  const unit = 8 / (COLUMNS * FINE);
  const cells = [...first.keys()].filter((i) => first[i]);
  const mean = (of: (i: number) => number) => cells.reduce((sum, i) => sum + of(i), 0) / cells.length;
  const width = COLUMNS * FINE;
  const x = (mean((i) => i % width) + 0.5) * unit - 4;
  const y = (mean((i) => Math.floor(i / width)) + 0.5) * unit - (4 * ROWS) / COLUMNS;
  const root = Math.sqrt(cells.length) * unit;
  const fine = covered(triangles, [x, y], 3.2 * root);
  return [...zones(fine), ...zones(opened(fine)).map((share) => TRUNK * share)];
}

/** Weight of the trunk, whose outline does not depend on how legs and antennae are held. */
const TRUNK = 2;

function zones(fine: Uint8Array): number[] {
  return Array.from({ length: COLUMNS * ROWS }, (_, cell) => {
    const [column, row] = [cell % COLUMNS, Math.floor(cell / COLUMNS)];
    let sum = 0;
    for (let j = 0; j < FINE; j++)
      for (let i = 0; i < FINE; i++) sum += fine[(row * FINE + j) * COLUMNS * FINE + column * FINE + i]!;
    return sum / FINE ** 2;
  });
}

/** Morphological opening with a square of five: limbs are thinner and go. */
const opened = (grid: Uint8Array) => swept(swept(grid, Math.min), Math.max);

function swept(grid: Uint8Array, of: (...values: number[]) => number): Uint8Array {
  const [width, height] = [COLUMNS * FINE, ROWS * FINE];
  return grid.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const around: number[] = [];
    for (let v = Math.max(0, y - 2); v <= Math.min(height - 1, y + 2); v++)
      for (let u = Math.max(0, x - 2); u <= Math.min(width - 1, x + 2); u++)
        around.push(grid[v * width + u]!);
    return of(...around);
  });
}

/** A grid of so much width about a point: 1 where a triangle covers the cell's middle. */
function covered(triangles: Triangle[], [cx, cy]: [number, number], width: number): Uint8Array {
  const [columns, rows] = [COLUMNS * FINE, ROWS * FINE];
  const unit = width / columns;
  const out = new Uint8Array(columns * rows);
  const toGrid = ([x, y]: [number, number]) =>
    [(x - cx) / unit + columns / 2, (y - cy) / unit + rows / 2] as const;
  for (const triangle of triangles) {
    const [a, b, c] = triangle.map(toGrid) as [Corner, Corner, Corner];
    const [x0, x1] = range([a[0], b[0], c[0]], columns);
    const [y0, y1] = range([a[1], b[1], c[1]], rows);
    for (let y = y0; y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const p = [x + 0.5, y + 0.5] as const;
        const sides = [side(a, b, p), side(b, c, p), side(c, a, p)];
        if (sides.every((s) => s >= 0) || sides.every((s) => s <= 0)) out[y * columns + x] = 1;
      }
  }
  return out;
}

type Corner = readonly [number, number];

const side = (a: Corner, b: Corner, p: Corner) =>
  (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);

const range = (values: number[], limit: number): [number, number] => [
  Math.max(0, Math.floor(Math.min(...values))),
  Math.min(limit, Math.ceil(Math.max(...values))),
];

const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

describe.each([
  ["ants", Object.keys(ANT_PRESETS)],
  ["bees", Object.keys(BEE_PRESETS)],
] as const)("%s", (label, presets) => {
  it("a nearest neighbour among the other individuals names the preset", () => {
    expect(presets.length).toBeGreaterThanOrEqual(6);
    const all = presets.flatMap((preset) =>
      individuals(label, preset).map((one) => ({
        preset,
        shape: [...descriptor(outline(one, "y")), ...descriptor(outline(one, "z"))],
      })),
    );
    const right = all.filter((one) => {
      const others = all.filter((other) => other !== one);
      const nearest = others.reduce((best, other) =>
        distance(other.shape, one.shape) < distance(best.shape, one.shape) ? other : best,
      );
      return nearest.preset === one.preset;
    });
    expect(right.length / all.length).toBeGreaterThanOrEqual(0.8);
  });
});

/** Triangle meshes from parametric surfaces: the one way in which antbee makes shapes. */
import {
  BufferAttribute,
  BufferGeometry,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  Matrix4,
  Vector3,
  type Vector3Like,
} from "three";
import { invalid } from "../../src/shared/errors.js";
import type { Rgb } from "./colour.js";

/** Looks of a vertex beyond its place. */
export interface Look {
  /** Linear RGB albedo. */
  colour: Rgb;
  /** 0 matte to 1 polished. */
  gloss?: number;
  /** Share of light that shines through from behind. */
  translucency?: number;
}

type Surface = (u: number, v: number, out: Vector3) => void;
type Painter = Look | ((u: number, v: number) => Look);

interface GridOptions {
  /** Whether the last row of v meets the first. */
  closed?: boolean;
  /** Places along u, in [0, 1], where even steps do not fit the shape. */
  steps?: readonly number[];
  /** Texture coordinates at (u, v), where they are not (u, v) themselves. */
  coordinates?: (u: number, v: number) => readonly [number, number];
}

/** Floats a vertex: position, normal, uv, colour, traits, body part. */
const STRIDE = 14;
const LAYOUT = [
  ["position", 3, 0],
  ["normal", 3, 3],
  ["uv", 2, 6],
  ["colour", 3, 8],
  ["traits", 2, 11],
  ["part", 1, 13],
] as const;

/** Gathers vertices and triangles in typed arrays that double when full; `toGeometry` hands them to three. */
export class MeshBuilder {
  private vertices = new Float32Array(1024 * STRIDE);
  private indices = new Uint32Array(4096);
  private corners = 0;
  private transform = new Matrix4();
  private part = 0;
  vertexCount = 0;

  /**
   * @param levelOfDetail share of the full number of facets, in (0, 1], for those who ask `steps`
   * @param parts names of the body parts that `as` takes, in the order of their numbers from 1
   */
  constructor(
    readonly levelOfDetail = 1,
    private readonly parts: readonly string[] = [],
  ) {}

  /** Rows or columns to draw where `full` are wanted, and fewer than `least` would spoil the shape. */
  steps(full: number, least: number): number {
    return Math.min(full, Math.max(least, Math.round(full * this.levelOfDetail)));
  }

  /** Runs `draw` with `matrix` applied to all it adds, inside the transforms already in force. */
  within(matrix: Matrix4, draw: () => void): void {
    const outer = this.transform;
    this.transform = outer.clone().multiply(matrix);
    draw();
    this.transform = outer;
  }

  /**
   * Runs `draw` with all it adds counted to a body part.
   * @throws bad input for a part that the builder was not made with
   */
  as(part: string, draw: () => void): void {
    const number = this.parts.indexOf(part) + 1;
    if (number === 0) throw invalid("body part", `one of ${this.parts.join(", ")}`, part);
    const outer = this.part;
    this.part = number;
    draw();
    this.part = outer;
  }

  /** Adds a vertex and returns its number. The normal need not have unit length: shaders normalise. */
  vertex(position: Vector3Like, normal: Vector3Like, u: number, v: number, look: Look): number {
    if ((this.vertexCount + 1) * STRIDE > this.vertices.length) this.vertices = doubled(this.vertices);
    const m = this.transform.elements;
    const out = this.vertices;
    const { x, y, z } = position;
    const { x: nx, y: ny, z: nz } = normal;
    let i = this.vertexCount * STRIDE;
    for (let row = 0; row < 3; row++)
      out[i++] = m[row]! * x + m[4 + row]! * y + m[8 + row]! * z + m[12 + row]!;
    for (let row = 0; row < 3; row++) out[i++] = m[row]! * nx + m[4 + row]! * ny + m[8 + row]! * nz;
    out[i++] = u;
    out[i++] = v;
    out[i++] = look.colour[0];
    out[i++] = look.colour[1];
    out[i++] = look.colour[2];
    out[i++] = look.gloss ?? 0;
    out[i++] = look.translucency ?? 0;
    out[i] = this.part;
    return this.vertexCount++;
  }

  /** Joins three vertices, by their numbers, seen counter-clockwise from outside. */
  triangle(a: number, b: number, c: number): void {
    if (this.corners + 3 > this.indices.length) this.indices = doubled(this.indices);
    this.indices[this.corners++] = a;
    this.indices[this.corners++] = b;
    this.indices[this.corners++] = c;
  }

  /** Adds a surface over [0, 1]², in `rows` steps of u and `columns` of v; normals point to du × dv. */
  grid(rows: number, columns: number, at: Surface, painter: Painter, options: GridOptions = {}): void {
    const steps = options.steps ?? Array.from({ length: rows + 1 }, (_, i) => i / rows);
    const lattice = new Lattice(steps, columns, at, options.closed ?? false);
    const first = this.vertexCount;
    for (let i = 0; i <= rows; i++)
      for (let j = 0; j <= columns; j++) {
        const [u, v] = [steps[i]!, j / columns];
        const [s, t] = options.coordinates?.(u, v) ?? [u, v];
        const look = typeof painter === "function" ? painter(u, v) : painter;
        this.vertex(lattice.point(i, j), lattice.normal(i, j), s, t, look);
      }
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const a = first + i * (columns + 1) + j;
        const b = a + columns + 1;
        this.triangle(a, b, a + 1);
        this.triangle(a + 1, b, b + 1);
      }
  }

  /** What was gathered, for three. The caller disposes it. */
  toGeometry(): BufferGeometry {
    const geometry = new BufferGeometry();
    const buffer = new InterleavedBuffer(this.vertices.slice(0, this.vertexCount * STRIDE), STRIDE);
    for (const [name, size, offset] of LAYOUT)
      geometry.setAttribute(name, new InterleavedBufferAttribute(buffer, size, offset));
    geometry.setIndex(new BufferAttribute(this.indices.slice(0, this.corners), 1));
    return geometry;
  }
}

function doubled<A extends Float32Array | Uint32Array>(values: A): A {
  const larger = new (values.constructor as new (length: number) => A)(values.length * 2);
  larger.set(values);
  return larger;
}

/** The points of a sampled surface and their normals. */
class Lattice {
  private readonly points: Float64Array;
  private readonly p = new Vector3();
  private readonly du = new Vector3();
  private readonly dv = new Vector3();

  constructor(
    private readonly steps: readonly number[],
    private readonly columns: number,
    at: Surface,
    private readonly closed: boolean,
  ) {
    this.points = new Float64Array(steps.length * (columns + 1) * 3);
    let to = 0;
    for (const u of steps)
      for (let j = 0; j <= columns; j++) {
        at(u, j / columns, this.p);
        this.points[to++] = this.p.x;
        this.points[to++] = this.p.y;
        this.points[to++] = this.p.z;
      }
  }

  /** Valid until the next call. */
  point(i: number, j: number): Vector3 {
    return this.p.fromArray(this.points, (i * (this.columns + 1) + j) * 3);
  }

  /** Central differences; at a pole, where a whole row is one point, the next row lends its direction. */
  normal(i: number, j: number): Vector3 {
    const last = this.steps.length - 1;
    this.difference(this.du, Math.min(last, i + 1), j, Math.max(0, i - 1), j);
    const next = this.closed ? (j + 1) % this.columns : Math.min(this.columns, j + 1);
    const previous = this.closed ? (j - 1 + this.columns) % this.columns : Math.max(0, j - 1);
    this.difference(this.dv, i, next, i, previous);
    if (this.dv.lengthSq() < 1e-16) {
      const inner = i === 0 ? 1 : last - 1;
      this.difference(this.dv, inner, next, inner, previous);
    }
    return this.du.cross(this.dv).normalize();
  }

  private difference(out: Vector3, i1: number, j1: number, i2: number, j2: number): void {
    const a = (i1 * (this.columns + 1) + j1) * 3;
    const b = (i2 * (this.columns + 1) + j2) * 3;
    const p = this.points;
    out.set(p[a]! - p[b]!, p[a + 1]! - p[b + 1]!, p[a + 2]! - p[b + 2]!);
  }
}

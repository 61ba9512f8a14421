/** Triangle meshes from parametric surfaces: the one way in which antbee makes shapes. */
import { BufferAttribute, BufferGeometry, Matrix4, Vector3 } from "three";
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

/** Grows typed arrays; `toGeometry` hands them to three. */
export class MeshBuilder {
  private readonly position = new Floats(3);
  private readonly normal = new Floats(3);
  private readonly uv = new Floats(2);
  private readonly colour = new Floats(3);
  private readonly traits = new Floats(2);
  private readonly indices: number[] = [];
  private transform = new Matrix4();
  private readonly p = new Vector3();
  private readonly n = new Vector3();

  get vertexCount(): number {
    return this.position.count;
  }

  /** Runs `draw` with `matrix` applied to all it adds, inside the transforms already in force. */
  within(matrix: Matrix4, draw: () => void): void {
    const outer = this.transform;
    this.transform = outer.clone().multiply(matrix);
    draw();
    this.transform = outer;
  }

  /** Adds a vertex and returns its number. The normal need not have unit length. */
  vertex(position: Vector3, normal: Vector3, u: number, v: number, look: Look): number {
    this.p.copy(position).applyMatrix4(this.transform);
    this.n.copy(normal).transformDirection(this.transform);
    this.position.push(this.p.x, this.p.y, this.p.z);
    this.normal.push(this.n.x, this.n.y, this.n.z);
    this.uv.push(u, v);
    this.colour.push(...look.colour);
    this.traits.push(look.gloss ?? 0, look.translucency ?? 0);
    return this.position.count - 1;
  }

  triangle(a: number, b: number, c: number): void {
    this.indices.push(a, b, c);
  }

  /**
   * Adds a surface over [0, 1]², in `rows` steps of u and `columns` of v; normals point to du × dv.
   */
  grid(rows: number, columns: number, at: Surface, painter: Painter, options: GridOptions = {}): void {
    const steps = options.steps ?? Array.from({ length: rows + 1 }, (_, i) => i / rows);
    const points = sample(steps, columns, at);
    const first = this.position.count;
    for (let i = 0; i <= rows; i++)
      for (let j = 0; j <= columns; j++) {
        const [u, v] = [steps[i]!, j / columns];
        const normal = normalAt(points, i, j, options.closed ?? false);
        const [s, t] = options.coordinates?.(u, v) ?? [u, v];
        this.vertex(points[i]![j]!, normal, s, t, typeof painter === "function" ? painter(u, v) : painter);
      }
    this.quads(first, rows, columns);
  }

  private quads(first: number, rows: number, columns: number): void {
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const a = first + i * (columns + 1) + j;
        const b = a + columns + 1;
        this.indices.push(a, b, a + 1, a + 1, b, b + 1);
      }
  }

  toGeometry(): BufferGeometry {
    const geometry = new BufferGeometry();
    const floats: [string, Floats][] = [
      ["position", this.position],
      ["normal", this.normal],
      ["uv", this.uv],
      ["colour", this.colour],
      ["traits", this.traits],
    ];
    for (const [name, values] of floats)
      geometry.setAttribute(name, new BufferAttribute(values.trimmed(), values.size));
    geometry.setIndex(new BufferAttribute(new Uint32Array(this.indices), 1));
    return geometry;
  }
}

function sample(steps: readonly number[], columns: number, at: Surface): Vector3[][] {
  return steps.map((u) =>
    Array.from({ length: columns + 1 }, (_, j) => {
      const point = new Vector3();
      at(u, j / columns, point);
      return point;
    }),
  );
}

const du = new Vector3();
const dv = new Vector3();

/** Central differences; at a pole, where a whole row is one point, the next row lends its direction. */
function normalAt(points: Vector3[][], i: number, j: number, closed: boolean): Vector3 {
  const rows = points.length - 1;
  const columns = points[0]!.length - 1;
  const row = points[i]!;
  du.subVectors(points[Math.min(rows, i + 1)]![j]!, points[Math.max(0, i - 1)]![j]!);
  const next = closed ? (j + 1) % columns : Math.min(columns, j + 1);
  const previous = closed ? (j - 1 + columns) % columns : Math.max(0, j - 1);
  dv.subVectors(row[next]!, row[previous]!);
  if (dv.lengthSq() < 1e-16) {
    const inner = points[i === 0 ? 1 : rows - 1]!;
    dv.subVectors(inner[next]!, inner[previous]!);
  }
  return new Vector3().crossVectors(du, dv).normalize();
}

/** A typed array that doubles when it is full. */
class Floats {
  private values: Float32Array;
  private used = 0;

  constructor(readonly size: number) {
    this.values = new Float32Array(4096 * size);
  }

  get count(): number {
    return this.used / this.size;
  }

  push(...items: number[]): void {
    if (this.used + items.length > this.values.length) {
      const larger = new Float32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    for (const item of items) this.values[this.used++] = item;
  }

  trimmed(): Float32Array {
    return this.values.slice(0, this.used);
  }
}

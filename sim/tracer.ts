/** The passes that labels are read from: unlit, without blending or colour conversion, one target each. */
import {
  type Camera,
  FloatType,
  type Mesh,
  NearestFilter,
  type PerspectiveCamera,
  type Scene,
  type Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { type BuiltScene, type Insect, SHADOW_LAYER, SHADOWLESS_LAYER, WING_LAYER } from "./build.js";
import { projector } from "./pinhole.js";
import type { Silhouette, Window } from "./silhouette.js";

export interface TraceRequest {
  /** Parts, distances and normals of every pixel. */
  geometry: boolean;
  /** Distances behind the wings, which are translucent and hide no keypoint. */
  behindWings: boolean;
  /** Numbers of the insects to be drawn alone, on a canvas that reaches beyond the picture. */
  silhouettes: readonly number[];
}

/** Rows from the top. */
export interface Geometry {
  ids: Uint8Array;
  /** Body parts (`PARTS`) from 1; 0 is no insect. */
  parts: Uint8Array;
  /** Distance along the view in millimetres; 0 where nothing stands. */
  depth: Float32Array;
  /** Unit normals towards the camera in its axes (x right, y down, z into the picture), three a pixel. */
  normals: Float32Array;
}

export interface Traces {
  camera: PerspectiveCamera;
  insects: readonly Insect[];
  geometry?: Geometry;
  behindWings?: Float32Array;
  /** By the insects' numbers. */
  silhouettes: ReadonlyMap<number, Silhouette>;
}

/** How far a silhouette's canvas reaches beyond the picture on each side, in pictures. */
const MARGIN = 3;
/** Silhouettes' targets grow in such steps, so that few sizes are ever made. */
const GRAIN = 128;

export class Tracer {
  private readonly traced: WebGLRenderTarget;
  private readonly alone = new WebGLRenderTarget(GRAIN, GRAIN, NEAREST);

  constructor(
    private readonly renderer: WebGLRenderer,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.traced = new WebGLRenderTarget(width, height, { ...NEAREST, type: FloatType });
  }

  trace(built: BuiltScene, wanted: TraceRequest): Traces {
    const { insects, view, traced } = built;
    const chosen = insects.filter(({ number }) => wanted.silhouettes.includes(number));
    const geometry = wanted.geometry
      ? this.unpacked(this.drawTraced(traced, view.camera, OPAQUE_AND_WINGS))
      : undefined;
    // Where nothing has wings, nothing stands behind them.
    const opaque = traced.children.some((mesh) => mesh.layers.isEnabled(WING_LAYER))
      ? undefined
      : geometry?.depth;
    return {
      camera: view.camera,
      insects,
      geometry,
      behindWings: wanted.behindWings
        ? (opaque ?? this.distances(this.drawTraced(traced, view.camera, OPAQUE)))
        : undefined,
      silhouettes: new Map(chosen.map((insect) => [insect.number, this.silhouette(built, insect)])),
    };
  }

  private drawTraced(scene: Scene, from: PerspectiveCamera, layers: readonly number[]): Float32Array {
    const camera = from.clone();
    camera.layers.disableAll();
    for (const layer of layers) camera.layers.enable(layer);
    this.draw(scene, camera, this.traced);
    const pixels = new Float32Array(this.width * this.height * 4);
    this.renderer.readRenderTargetPixels(this.traced, 0, 0, this.width, this.height, pixels);
    return pixels;
  }

  /** The packing is the trace shader's. */
  private unpacked(pixels: Float32Array): Geometry {
    const count = this.width * this.height;
    const ids = new Uint8Array(count);
    const parts = new Uint8Array(count);
    const normals = new Float32Array(3 * count);
    this.forEachRow((from, to) => {
      for (let x = 0; x < this.width; x++) {
        const packed = pixels[4 * (from + x)]!;
        ids[to + x] = packed % 256;
        parts[to + x] = packed / 256;
        const standing = pixels[4 * (from + x) + 1]! > 0;
        if (standing) unfold(pixels, 4 * (from + x) + 2, normals, 3 * (to + x));
      }
    });
    return { ids, parts, normals, depth: this.distances(pixels) };
  }

  private distances(pixels: Float32Array): Float32Array {
    const depth = new Float32Array(this.width * this.height);
    this.forEachRow((from, to) => {
      for (let x = 0; x < this.width; x++) depth[to + x] = pixels[4 * (from + x) + 1]!;
    });
    return depth;
  }

  /** Rows as they are read, from the bottom, and as labels have them, from the top. */
  private forEachRow(visit: (from: number, to: number) => void): void {
    for (let y = 0; y < this.height; y++) visit((this.height - 1 - y) * this.width, y * this.width);
  }

  private silhouette({ flat, view }: BuiltScene, insect: Insect): Silhouette {
    const window = this.windowOf(insect, view.camera);
    const camera = view.camera.clone();
    for (const layer of OPAQUE_AND_WINGS) camera.layers.enable(layer);
    const { offsetX, offsetY } = view.camera.view!;
    const { left, top, width, height } = window;
    camera.setViewOffset(this.width, this.height, offsetX + left, offsetY + top, width, height);
    for (const mesh of flat.children) mesh.visible = insect.silhouette.includes(mesh as Mesh);
    this.draw(flat, camera, this.sized(width, height));
    for (const mesh of flat.children) mesh.visible = true;
    const rgba = new Uint8Array(width * height * 4);
    this.renderer.readRenderTargetPixels(this.alone, 0, 0, width, height, rgba);
    const covered = new Uint8Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        covered[y * width + x] = rgba[4 * ((height - 1 - y) * width + x)]! ? 1 : 0;
    return { ...window, covered };
  }

  /** The pixels that the insect's vertices span, as far as the canvas reaches. */
  private windowOf(insect: Insect, camera: PerspectiveCamera): Window {
    const [reachX, reachY] = [this.reach(this.width), this.reach(this.height)];
    const whole = { left: -reachX, top: -reachY, right: this.width + reachX, bottom: this.height + reachY };
    const box = spanned(insect, camera, this.width, this.height) ?? whole;
    const left = Math.max(whole.left, Math.floor(box.left) - 1);
    const top = Math.max(whole.top, Math.floor(box.top) - 1);
    const width = Math.max(1, Math.min(whole.right, Math.ceil(box.right) + 1) - left);
    const height = Math.max(1, Math.min(whole.bottom, Math.ceil(box.bottom) + 1) - top);
    return { left, top, width, height };
  }

  private reach(side: number): number {
    const largest = this.renderer.capabilities.maxTextureSize;
    return Math.max(0, Math.min(MARGIN * side, Math.floor((largest - side) / 2)));
  }

  /** The target, with room for so many pixels, of which only these are cleared and drawn. */
  private sized(width: number, height: number): WebGLRenderTarget {
    const roomy = (side: number) => GRAIN * Math.ceil(side / GRAIN);
    if (this.alone.width < width || this.alone.height < height)
      this.alone.setSize(
        Math.max(this.alone.width, roomy(width)),
        Math.max(this.alone.height, roomy(height)),
      );
    this.alone.viewport.set(0, 0, width, height);
    this.alone.scissor.set(0, 0, width, height);
    this.alone.scissorTest = true;
    return this.alone;
  }

  private draw(scene: Scene, camera: Camera, target: WebGLRenderTarget): void {
    this.renderer.setRenderTarget(target);
    this.renderer.render(scene, camera);
  }
}

const NEAREST = { minFilter: NearestFilter, magFilter: NearestFilter } as const;
const OPAQUE = [SHADOW_LAYER, SHADOWLESS_LAYER] as const;
const OPAQUE_AND_WINGS = [...OPAQUE, WING_LAYER] as const;

interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Edges of all vertices in the picture's pixels; undefined where a vertex stands behind the lens. */
function spanned(
  { silhouette, toWorld }: Insect,
  camera: PerspectiveCamera,
  width: number,
  height: number,
): Edges | undefined {
  const project = projector(camera, width, height);
  const edges = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { geometry } of silhouette) {
    const position = geometry.getAttribute("position");
    const point = camera.position.clone();
    for (let i = 0; i < position.count; i++) {
      const { x, y, depth } = project(vertex(point, position, i).applyMatrix4(toWorld));
      if (depth <= camera.near) return undefined;
      edges.left = Math.min(edges.left, x);
      edges.right = Math.max(edges.right, x);
      edges.top = Math.min(edges.top, y);
      edges.bottom = Math.max(edges.bottom, y);
    }
  }
  return edges;
}

const vertex = (out: Vector3, from: ReturnType<Mesh["geometry"]["getAttribute"]>, i: number): Vector3 =>
  out.set(from.getX(i), from.getY(i), from.getZ(i));

/** The octahedral pair at `from`, in three.js's camera axes, as a unit vector in the labels'. */
function unfold(pair: Float32Array, from: number, out: Float32Array, to: number): void {
  const [u, v] = [pair[from]!, pair[from + 1]!];
  const z = 1 - Math.abs(u) - Math.abs(v);
  const x = z >= 0 ? u : (1 - Math.abs(v)) * (u >= 0 ? 1 : -1);
  const y = z >= 0 ? v : (1 - Math.abs(u)) * (v >= 0 ? 1 : -1);
  const length = Math.hypot(x, y, z);
  out[to] = x / length;
  out[to + 1] = -y / length;
  out[to + 2] = -z / length;
}

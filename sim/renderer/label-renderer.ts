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
import { isFilePass, type LabelPass } from "../scene/label-passes.js";
import { PART_STEP } from "../shaders/labels.js";
import { type BuiltInstance, type BuiltScene, SHADOW_LAYER, SHADOWLESS_LAYER, WING_LAYER } from "./build.js";
import { projector } from "./pinhole.js";

/** A rectangle of pixels in the picture's coordinates, which may reach beyond it. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A subject drawn alone: 1 where it stands, rows from the top. */
export interface Silhouette extends Window {
  covered: Uint8Array;
}

/** Rows from the top. */
export interface Geometry {
  ids: Uint8Array;
  /** Body parts (the subject's `parts`) from 1; 0 is no subject. */
  parts: Uint8Array;
  /** Distance along the view in millimetres; 0 where nothing stands. */
  depth: Float32Array;
  /** Unit normals towards the camera in its axes (x right, y down, z into the picture), three a pixel. */
  normals: Float32Array;
}

/** What the passes that were asked for are counted from. */
export interface LabelImages {
  /** Of every pixel; where a pass is a file of its own. */
  geometry?: Geometry;
  /** Distances with the wings left out, which are translucent and hide no keypoint; for keypoints. */
  behindWings?: Float32Array;
  /** By the instances' numbers; for boxes. */
  silhouettes: ReadonlyMap<number, Silhouette>;
}

/** How far a silhouette's canvas reaches beyond the picture on each side, in pictures. */
const MARGIN = 3;
/** Silhouettes' targets grow in such steps, so that few sizes are ever made. */
const GRAIN = 128;

export class LabelRenderer {
  private readonly picture: WebGLRenderTarget;
  private readonly alone = new WebGLRenderTarget(GRAIN, GRAIN, NEAREST);

  constructor(
    private readonly renderer: WebGLRenderer,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.picture = new WebGLRenderTarget(width, height, { ...NEAREST, type: FloatType });
  }

  /** @param ids instance numbers of the picture: only what is seen in it gets a silhouette */
  render(built: BuiltScene, ids: Uint8Array, passes: readonly LabelPass[]): LabelImages {
    const geometry = passes.some(isFilePass) ? this.geometry(built) : undefined;
    const chosen = passes.includes("boxes") ? seenOf(built.instances, ids) : [];
    return {
      geometry,
      behindWings: passes.includes("keypoints") ? this.behindWings(built, geometry) : undefined,
      silhouettes: new Map(chosen.map((one) => [one.number, this.silhouette(built, one)])),
    };
  }

  private geometry({ labelled, view }: BuiltScene): Geometry {
    return this.unpacked(this.drawPicture(labelled, view.camera, OPAQUE_AND_WINGS));
  }

  private behindWings({ labelled, view }: BuiltScene, geometry: Geometry | undefined): Float32Array {
    // Where nothing has wings, nothing stands behind them.
    if (geometry && !labelled.children.some((mesh) => mesh.layers.isEnabled(WING_LAYER)))
      return geometry.depth;
    return this.distances(this.drawPicture(labelled, view.camera, OPAQUE));
  }

  private drawPicture(scene: Scene, from: PerspectiveCamera, layers: readonly number[]): Float32Array {
    const camera = from.clone();
    camera.layers.disableAll();
    for (const layer of layers) camera.layers.enable(layer);
    this.draw(scene, camera, this.picture);
    const pixels = new Float32Array(this.width * this.height * 4);
    this.renderer.readRenderTargetPixels(this.picture, 0, 0, this.width, this.height, pixels);
    return pixels;
  }

  /** The packing is the label shader's. */
  private unpacked(pixels: Float32Array): Geometry {
    const count = this.width * this.height;
    const ids = new Uint8Array(count);
    const parts = new Uint8Array(count);
    const normals = new Float32Array(3 * count);
    this.forEachRow((from, to) => {
      for (let x = 0; x < this.width; x++) {
        const packed = pixels[4 * (from + x)]!;
        ids[to + x] = packed % PART_STEP;
        parts[to + x] = packed / PART_STEP;
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

  private silhouette({ flat, view }: BuiltScene, one: BuiltInstance): Silhouette {
    const window = this.windowOf(one, view.camera);
    const camera = view.camera.clone();
    for (const layer of OPAQUE_AND_WINGS) camera.layers.enable(layer);
    const { offsetX, offsetY } = view.camera.view!;
    const { left, top, width, height } = window;
    camera.setViewOffset(this.width, this.height, offsetX + left, offsetY + top, width, height);
    for (const mesh of flat.children) mesh.visible = one.silhouette.includes(mesh as Mesh);
    this.draw(flat, camera, this.sized(width, height));
    const rgba = new Uint8Array(width * height * 4);
    this.renderer.readRenderTargetPixels(this.alone, 0, 0, width, height, rgba);
    const covered = new Uint8Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        covered[y * width + x] = rgba[4 * ((height - 1 - y) * width + x)]! ? 1 : 0;
    return { ...window, covered };
  }

  /** The pixels that its vertices span, as far as the canvas reaches. */
  private windowOf(one: BuiltInstance, camera: PerspectiveCamera): Window {
    const [reachX, reachY] = [this.reach(this.width), this.reach(this.height)];
    const whole = { left: -reachX, top: -reachY, right: this.width + reachX, bottom: this.height + reachY };
    const box = spanned(one, camera, this.width, this.height) ?? whole;
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

function seenOf(instances: readonly BuiltInstance[], ids: Uint8Array): BuiltInstance[] {
  const seen = new Set(ids);
  return instances.filter(({ number }) => seen.has(number));
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
  { silhouette, toWorld }: BuiltInstance,
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

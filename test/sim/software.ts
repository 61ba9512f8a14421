/**
 * A second way to every label: plain vectors, a z-buffer and rays, which share nothing with the passes but the meshes.
 * Camera axes: x right, y down, z into the picture; pixels from the upper left corner; millimetres.
 */
import { Vector3 } from "three";
import type { MeshBuilder } from "../../sim/geometry/mesh.js";
import { buildSubjects } from "../../sim/renderer/build.js";
import { resolveView } from "../../sim/renderer/camera.js";
import type { ResolvedScene } from "../../sim/scene/resolved-scene.js";
import type { Organism } from "../../sim/subjects/subject.js";
import { buildSurroundings } from "../../sim/surroundings/build.js";
import { buildOccluders } from "../../sim/surroundings/occluders.js";

export type Vec = readonly [number, number, number];

const add = (a: Vec, b: Vec, by = 1): Vec => [a[0] + by * b[0], a[1] + by * b[1], a[2] + by * b[2]];
const dot = (a: Vec, b: Vec): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec, b: Vec): Vec => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const times = (a: Vec, by: number): Vec => [a[0] * by, a[1] * by, a[2] * by];
const unit = (a: Vec): Vec => times(a, 1 / Math.sqrt(dot(a, a)));
const degrees = (angle: number): number => (angle * Math.PI) / 180;

/** A mesh in camera coordinates. */
interface Body {
  instance: number;
  wing: boolean;
  points: Vec[];
  normals: Vec[];
  parts: number[];
  /** Three numbers of points each. */
  triangles: ArrayLike<number>;
}

export interface Software {
  bodies: Body[];
  /** The insects' named points in camera coordinates. */
  keypoints: Record<string, Vec>[];
  /** The same in millimetres of each insect's own frame. */
  ownKeypoints: Record<string, Vec>[];
  project(p: Vec): [number, number];
  /** Distance of the plane before which nothing is drawn. */
  near: number;
}

/** The scene's geometry as its camera sees it, from the resolved numbers. */
export function software(scene: ResolvedScene): Software {
  const { camera: c, image, kind, subjects } = scene;
  const length = kind.shape.bodyLength * subjects[0]!.size;
  const around = buildSurroundings(scene, (length / c.framing) * 14);
  const organisms = buildSubjects(scene, around.height);
  const world = organisms.map((one) => pointsOf(one, (p) => moved(one.toWorld.elements, p)));
  const { mandibles, face, gaster_tip, abdomen_tip } = world[0]!;
  const [front, back] = [(mandibles ?? face)!, (gaster_tip ?? abdomen_tip)!];
  const target = add(times(front, 0.5 + 0.5 * (c.aim ?? 0)), back, 0.5 - 0.5 * (c.aim ?? 0));
  const distance = (length * c.focalLength) / (24 * c.framing);
  const see = lookAt(target, distance, c, subjects[0]!.heading);
  const { camera } = resolveView(scene, new Vector3(...target), length, subjects[0]!.heading);
  const still = [...around.pieces, ...buildOccluders(scene, camera, distance)];
  const focal = (c.focalLength * Math.min(image.width, image.height)) / 24;
  return {
    bodies: [
      ...still.map(({ mesh }) => bodyOf(mesh, 0, false, IDENTITY, see)),
      ...organisms.flatMap(({ body, wings, load, toWorld }, k) => [
        ...(load ? [bodyOf(load, 0, false, toWorld.elements, see)] : []),
        bodyOf(body, k + 1, false, toWorld.elements, see),
        ...(wings ? [bodyOf(wings, k + 1, true, toWorld.elements, see)] : []),
      ]),
    ],
    keypoints: world.map((points) => mapped(points, (p) => see(p, 1))),
    ownKeypoints: organisms.map((one) => pointsOf(one, (p) => times(p, scaleOf(one.toWorld.elements)))),
    project: ([x, y, z]) => [
      (focal * x) / z + image.width * (0.5 + c.offsetX),
      (focal * y) / z + image.height * (0.5 + c.offsetY),
    ],
    near: distance * 0.02,
  };
}

const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** From the world to the camera, for points (w = 1) and directions (w = 0). */
type See = (p: Vec, w: 0 | 1) => Vec;

function lookAt(target: Vec, distance: number, c: ResolvedScene["camera"], heading: number): See {
  const [elevation, azimuth] = [degrees(c.elevation), degrees(heading + c.azimuth)];
  const level: Vec = [Math.cos(azimuth), Math.sin(azimuth), 0];
  const outward = add(times(level, Math.cos(elevation)), [0, 0, Math.sin(elevation)]);
  const eye = add(target, outward, distance);
  const ahead = times(outward, -1);
  const right = unit(cross(ahead, c.elevation > 89 ? times(level, -1) : [0, 0, 1]));
  const up = cross(right, ahead);
  const [cos, sin] = [Math.cos(degrees(c.roll)), Math.sin(degrees(c.roll))];
  const turnedRight = add(times(right, cos), up, sin);
  const turnedDown = add(times(right, sin), up, -cos);
  return (p, w) => {
    const from = add(p, eye, -w);
    return [dot(from, turnedRight), dot(from, turnedDown), dot(from, ahead)];
  };
}

function moved(m: ArrayLike<number>, [x, y, z]: Vec, w = 1): Vec {
  const row = (r: number) => m[r]! * x + m[4 + r]! * y + m[8 + r]! * z + m[12 + r]! * w;
  return [row(0), row(1), row(2)];
}

const scaleOf = (m: ArrayLike<number>): number => Math.hypot(m[0]!, m[1]!, m[2]!);

const mapped = <A, B>(record: Record<string, A>, by: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, by(value)]));

const pointsOf = ({ keypoints }: Organism, by: (p: Vec) => Vec) =>
  mapped(keypoints, ({ x, y, z }) => by([x, y, z]));

function bodyOf(mesh: MeshBuilder, instance: number, wing: boolean, m: ArrayLike<number>, see: See): Body {
  const geometry = mesh.toGeometry();
  const read = (name: string, i: number): Vec => {
    const attribute = geometry.getAttribute(name);
    return [attribute.getX(i), attribute.getY(i), attribute.getZ(i)];
  };
  const all = Array.from({ length: mesh.vertexCount }, (_, i) => i);
  return {
    instance,
    wing,
    points: all.map((i) => see(moved(m, read("position", i)), 1)),
    normals: all.map((i) => see(moved(m, read("normal", i), 0), 0)),
    parts: all.map((i) => geometry.getAttribute("part").getX(i)),
    triangles: geometry.getIndex()!.array,
  };
}

/** What stands nearest in every pixel of a window. */
export interface Raster {
  ids: Uint8Array;
  parts: Uint8Array;
  /** 0 where nothing stands. */
  depth: Float64Array;
  /** Three a pixel, unit, towards the camera. */
  normals: Float64Array;
}

interface Canvas {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Samples every pixel's middle; of some bodies only, where `chosen` says so. */
export function raster(
  model: Software,
  canvas: Canvas,
  chosen: (body: Body) => boolean = () => true,
): Raster {
  const count = canvas.width * canvas.height;
  const out: Raster = {
    ids: new Uint8Array(count),
    parts: new Uint8Array(count),
    depth: new Float64Array(count),
    normals: new Float64Array(3 * count),
  };
  for (const body of model.bodies.filter(chosen))
    for (let i = 0; i < body.triangles.length; i += 3) {
      const corners = [0, 1, 2].map((k) => body.triangles[i + k]!);
      for (const piece of clipped(body, corners, model.near)) fill(out, canvas, body, piece, model.project);
    }
  return out;
}

interface Corner {
  point: Vec;
  normal: Vec;
  part: number;
}

/** The part of a triangle behind the near plane, as triangles (Sutherland and Hodgman). */
function clipped({ points, normals, parts }: Body, corners: number[], near: number): Corner[][] {
  const all = corners.map((k) => ({ point: points[k]!, normal: normals[k]!, part: parts[k]! }));
  if (all.every(({ point }) => point[2] > near)) return [all];
  const kept = all.flatMap((from, k) => {
    const to = all[(k + 1) % 3]!;
    const own = from.point[2] > near ? [from] : [];
    if (from.point[2] > near === to.point[2] > near) return own;
    const t = (near - from.point[2]) / (to.point[2] - from.point[2]);
    const between = add(from.point, add(to.point, from.point, -1), t);
    return [...own, { ...from, point: between }];
  });
  return kept.length < 3 ? [] : kept.slice(2).map((last, k) => [kept[0]!, kept[k + 1]!, last]);
}

function fill(
  out: Raster,
  canvas: Canvas,
  body: Body,
  corners: Corner[],
  project: Software["project"],
): void {
  const [a, b, c] = corners.map(({ point }) => project(point)) as [Pixel, Pixel, Pixel];
  const area = edge(a, b, c);
  if (area === 0) return;
  const [x0, x1] = span([a[0], b[0], c[0]], canvas.left, canvas.width);
  const [y0, y1] = span([a[1], b[1], c[1]], canvas.top, canvas.height);
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const at: Pixel = [x + 0.5, y + 0.5];
      const weights = [edge(b, c, at) / area, edge(c, a, at) / area, edge(a, b, at) / area];
      if (weights.some((w) => w < 0)) continue;
      const inverse = weights.map((w, k) => w / corners[k]!.point[2]);
      const depth = 1 / (inverse[0]! + inverse[1]! + inverse[2]!);
      const i = (y - canvas.top) * canvas.width + x - canvas.left;
      if (out.depth[i]! > 0 && out.depth[i]! <= depth) continue;
      out.depth[i] = depth;
      out.ids[i] = body.instance;
      out.parts[i] = body.instance ? corners[0]!.part : 0;
      const normal = corners.reduce<Vec>(
        (sum, { normal: n }, k) => add(sum, n, inverse[k]! * depth),
        [0, 0, 0],
      );
      out.normals.set(facing(unit(normal), corners[0]!.point), 3 * i);
    }
}

type Pixel = [number, number];

const edge = (a: Pixel, b: Pixel, p: Pixel) => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);

function span(values: number[], first: number, count: number): [number, number] {
  const low = Math.max(first, Math.floor(Math.min(...values) - 0.5));
  return [low, Math.min(first + count, Math.ceil(Math.max(...values) + 0.5))];
}

const facing = (normal: Vec, from: Vec): Vec => (dot(normal, from) > 0 ? times(normal, -1) : normal);

/** Whether the ray from the lens to a point meets anything opaque that is nearer than it by more than `skin`. */
export function isHidden(model: Software, point: Vec, skin: number): boolean {
  const limit = (point[2] - skin) / point[2];
  return model.bodies.some(
    ({ wing, points, triangles }) => !wing && meetsBefore(limit, point, points, triangles, model.near),
  );
}

/** Möller and Trumbore 1997. */
function meetsBefore(
  limit: number,
  ray: Vec,
  points: Vec[],
  triangles: ArrayLike<number>,
  near: number,
): boolean {
  for (let i = 0; i < triangles.length; i += 3) {
    const a = points[triangles[i]!]!;
    const [ab, ac] = [add(points[triangles[i + 1]!]!, a, -1), add(points[triangles[i + 2]!]!, a, -1)];
    const p = cross(ray, ac);
    const determinant = dot(ab, p);
    if (determinant === 0) continue;
    const from = times(a, -1);
    const u = dot(from, p) / determinant;
    if (u < 0 || u > 1) continue;
    const q = cross(from, ab);
    const v = dot(ray, q) / determinant;
    if (v < 0 || u + v > 1) continue;
    const t = dot(ac, q) / determinant;
    if (t < limit && t * ray[2] > near) return true;
  }
  return false;
}

/** From numbers to objects that three.js can draw. Nothing is drawn at random here that the numbers do not decide. */
import {
  type BufferGeometry,
  Matrix4,
  Mesh,
  type PerspectiveCamera,
  PlaneGeometry,
  Scene,
  type Vector3,
  Vector4,
} from "three";
import { hsl, scaleRgb } from "../geometry/colour.js";
import type { HeightMap } from "../geometry/height-map.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { SHADED_BODIES } from "../shaders/lighting.js";
import { subjectOf } from "../subjects/registry.js";
import type { Organism, Subject } from "../subjects/subject.js";
import { buildSurroundings } from "../surroundings/build.js";
import { buildOccluders } from "../surroundings/occluders.js";
import type { Piece } from "../surroundings/surrounding.js";
import { resolveView, type View } from "./camera.js";
import type { Extensions } from "./extensions.js";
import { levelOfDetail } from "./level-of-detail.js";
import { type Lights, resolveLights } from "./lights.js";
import type { Backdrop, Materials } from "./materials.js";

/** Layers: what throws shadows, what does not, and wings, which do not either. */
export const SHADOW_LAYER = 0;
export const SHADOWLESS_LAYER = 1;
export const WING_LAYER = 2;

/** A subject that is drawn, as its labels need it. */
export interface Instance {
  /** In the instance mask, from 1. */
  number: number;
  /** Named points in the world. */
  keypoints: Record<string, Vector3>;
  /** From the subject's frame (x ahead, y left, z away from the support) to the world's. */
  toWorld: Matrix4;
  /** Of its body, in millimetres. */
  length: number;
}

/** An instance with its meshes in the flat scene, body first. */
export interface BuiltInstance extends Instance {
  silhouette: Mesh[];
}

export interface BuiltScene {
  /** Lit. */
  colour: Scene;
  /** The same shapes, each in its instance's number; 0 for all that is no subject. */
  flat: Scene;
  /** The same shapes once more, with parts, distances and normals. */
  labelled: Scene;
  subject: Subject;
  view: View;
  lights: Lights;
  /** What the camera looks at, and the first subject's length, in millimetres. */
  target: Vector3;
  length: number;
  /** Radius about the target that holds all subjects. */
  reach: number;
  /** Middle and length of the first subjects, at most `SHADED_BODIES`. */
  bodies: Vector4[];
  instances: BuiltInstance[];
  dispose(): void;
}

export function buildScene(
  scene: ResolvedScene,
  materials: Materials,
  { subjects = [], surroundings = [] }: Extensions = {},
): BuiltScene {
  const subject = subjectOf(scene.label, subjects);
  const length = scene.kind.shape.bodyLength * (scene.subjects[0]?.size ?? 1);
  const around = buildSurroundings(scene, visibleExtent(scene, length), surroundings);
  const organisms = buildSubjects(scene, around.height, subject);
  const middles = organisms.map((organism) => along(organism, subject, 0));
  const target = along(organisms[0]!, subject, scene.camera.aim ?? 0);
  const view = resolveView(scene, target, length, scene.subjects[0]!.heading);
  const assembly = new Assembly(materials);
  assembly.backdrop(scene, view.camera);
  const occluders = buildOccluders(scene, view.camera, view.camera.position.distanceTo(target));
  for (const piece of [...around.pieces, ...occluders]) assembly.piece(piece);
  const shown = scene.visible ? organisms : [];
  const instances = shown.map((organism, k) => ({
    number: k + 1,
    keypoints: worldKeypoints(organism),
    toWorld: organism.toWorld,
    length: scene.kind.shape.bodyLength * scene.subjects[k]!.size,
    silhouette: assembly.organism(organism, k + 1),
  }));
  return {
    colour: assembly.colour,
    flat: assembly.flat,
    labelled: assembly.labelled,
    subject,
    view,
    lights: resolveLights(scene),
    target,
    length,
    reach: Math.max(...middles.map((at) => at.distanceTo(target))) + length,
    bodies: shown.slice(0, SHADED_BODIES).map((_, k) => new Vector4(...middles[k]!.toArray(), length)),
    instances,
    dispose: () => assembly.dispose(),
  };
}

/** Grounds end where the camera, however low, cannot see the end for blur. */
const visibleExtent = ({ camera }: ResolvedScene, length: number) => (length / camera.framing) * 14;

/** The subjects of a scene, whose support has such heights. */
export function buildSubjects(
  scene: ResolvedScene,
  height: HeightMap,
  subject: Pick<Subject, "build"> = subjectOf(scene.label),
): Organism[] {
  return scene.subjects.map((one) => subject.build(scene.kind, one, height, levelOfDetail(scene, one)));
}

/** Between the tail's tip (-1) and the face (1). */
function along({ keypoints, toWorld }: Organism, { axis }: Subject, place: number): Vector3 {
  return keypoints[axis.front]!.clone()
    .lerp(keypoints[axis.back]!, 0.5 - 0.5 * place)
    .applyMatrix4(toWorld);
}

function worldKeypoints({ keypoints, toWorld }: Organism): Record<string, Vector3> {
  return Object.fromEntries(
    Object.entries(keypoints).map(([name, p]) => [name, p.clone().applyMatrix4(toWorld)]),
  );
}

/** Puts meshes on the scenes and remembers what has to be freed. */
class Assembly {
  readonly colour = new Scene();
  readonly flat = new Scene();
  readonly labelled = new Scene();
  private readonly geometries: BufferGeometry[] = [];

  constructor(private readonly materials: Materials) {
    for (const scene of [this.colour, this.flat, this.labelled]) scene.matrixWorldAutoUpdate = false;
  }

  piece({ mesh, material, throwsShadow = true }: Piece, matrix?: Matrix4): void {
    const geometry = this.keep(mesh.toGeometry());
    this.add(this.colour, new Mesh(geometry, this.materials.surface(material)), 0, matrix);
    this.shape(geometry, 0, throwsShadow ? SHADOW_LAYER : SHADOWLESS_LAYER, matrix);
  }

  /** @returns its meshes in the flat scene */
  organism({ body, wings, load, toWorld, metal }: Organism, number: number): Mesh[] {
    const geometry = this.keep(body.toGeometry());
    this.add(
      this.colour,
      new Mesh(geometry, this.materials.surface({ surface: "insect", metal })),
      0,
      toWorld,
    );
    const silhouette = this.shape(geometry, number, SHADOW_LAYER, toWorld);
    if (load) this.piece({ mesh: load, material: { surface: "plant" } }, toWorld);
    if (!wings) return [silhouette];
    const membranes = this.keep(wings.toGeometry());
    this.add(this.colour, new Mesh(membranes, this.materials.wing()), 0, toWorld);
    return [silhouette, this.shape(membranes, number, WING_LAYER, toWorld)];
  }

  backdrop(scene: ResolvedScene, camera: PerspectiveCamera): void {
    const unproject = camera.matrixWorld.clone().multiply(camera.projectionMatrixInverse);
    const material = this.materials.backdrop({ ...backdropOf(scene), unproject });
    this.add(this.colour, new Mesh(this.keep(new PlaneGeometry(2, 2)), material));
  }

  dispose(): void {
    for (const geometry of this.geometries) geometry.dispose();
  }

  /** Adds a shape, without its looks, to what labels are drawn from. */
  private shape(geometry: BufferGeometry, number: number, layer: number, matrix?: Matrix4): Mesh {
    const flat = new Mesh(geometry, this.materials.instance(number));
    this.add(this.flat, flat, layer, matrix);
    this.add(this.labelled, new Mesh(geometry, this.materials.label(number)), layer, matrix);
    return flat;
  }

  private keep<G extends BufferGeometry>(geometry: G): G {
    this.geometries.push(geometry);
    return geometry;
  }

  private add(scene: Scene, mesh: Mesh, layer = 0, matrix = new Matrix4()): void {
    mesh.matrixAutoUpdate = false;
    mesh.matrixWorldAutoUpdate = false;
    mesh.matrixWorld.copy(matrix);
    mesh.layers.set(layer);
    mesh.frustumCulled = false;
    scene.add(mesh);
  }
}

function backdropOf({ surroundings: s, light }: ResolvedScene): Omit<Backdrop, "unproject"> {
  const base = hsl(s.backdropHue, s.backdropSaturation, s.backdropLightness);
  const offset = [(s.detail % 977) * 0.37, (light.rotation + 180) * 0.11] as const;
  if (s.backdrop === "dark")
    return { kind: "plain", colours: [[0.004, 0.004, 0.004], scaleRgb(base, 0.05), base], offset };
  return { kind: s.backdrop, colours: [scaleRgb(base, 0.35), base, [1, 0.95, 0.8]], offset };
}

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
import { resolveView, type View } from "./camera.js";
import { hsl, scaleRgb } from "./colour.js";
import { finenessOf } from "./fineness.js";
import { type Lights, resolveLights } from "./lights.js";
import type { BackdropKind, Materials } from "./materials.js";
import { buildAnt } from "./organisms/ant.js";
import { buildBee } from "./organisms/bee.js";
import { BEE_PRESETS } from "./organisms/bee-presets.js";
import type { HeightMap, Organism } from "./organisms/organism.js";
import type { ResolvedScene } from "./resolve.js";
import { buildOccluders } from "./surroundings/occluders.js";
import type { Piece } from "./surroundings/support.js";
import { buildSurroundings } from "./surroundings/surroundings.js";

/** Layers: what throws shadows, what does not, and wings, which do not either. */
export const SHADOW_LAYER = 0;
export const SHADOWLESS_LAYER = 1;
export const WING_LAYER = 2;

/** An insect that can be seen, as its labels need it. */
export interface Insect {
  /** In the instance mask, from 1. */
  number: number;
  /** Named points in the world. */
  keypoints: Record<string, Vector3>;
  /** From the insect's frame (x ahead, y left, z away from the support) to the world's. */
  toWorld: Matrix4;
  /** Of its body, in millimetres. */
  length: number;
  /** Its meshes in the flat scene, body first. */
  silhouette: Mesh[];
}

export interface BuiltScene {
  /** Lit. */
  colour: Scene;
  /** The same shapes, each in its instance's number; 0 for all that is no insect. */
  flat: Scene;
  /** The same shapes once more, with parts, distances and normals. */
  traced: Scene;
  view: View;
  lights: Lights;
  /** What the camera looks at, and the first subject's length, in millimetres. */
  target: Vector3;
  length: number;
  /** Radius about the target that holds all insects. */
  reach: number;
  /** Middle and length of the insects nearest the target, at most four. */
  bodies: Vector4[];
  insects: Insect[];
  dispose(): void;
}

export function buildScene(scene: ResolvedScene, materials: Materials): BuiltScene {
  const length = scene.kind.shape.bodyLength * (scene.subjects[0]?.size ?? 1);
  const surroundings = buildSurroundings(scene, visibleExtent(scene, length));
  const organisms = buildSubjects(scene, surroundings.height);
  const target = along(organisms[0]!, scene.camera.aim ?? 0);
  const view = resolveView(scene, target, length, scene.subjects[0]!.heading);
  const stage = new Stage(materials);
  stage.backdrop(scene, view.camera);
  const occluders = buildOccluders(scene, view.camera, view.camera.position.distanceTo(target));
  for (const piece of [...surroundings.pieces, ...occluders]) stage.piece(piece);
  const shown = scene.visible ? organisms : [];
  const insects = shown.map((organism, k) => ({
    number: k + 1,
    keypoints: worldKeypoints(organism),
    toWorld: organism.toWorld,
    length: scene.kind.shape.bodyLength * scene.subjects[k]!.size,
    silhouette: stage.organism(organism, k + 1, metalOf(scene)),
  }));
  return {
    colour: stage.colour,
    flat: stage.flat,
    traced: stage.traced,
    view,
    lights: resolveLights(scene),
    target,
    length,
    reach: Math.max(...organisms.map((o) => middle(o).distanceTo(target))) + length,
    bodies: shown.slice(0, 4).map((o) => new Vector4(...middle(o).toArray(), length)),
    insects,
    dispose: () => stage.dispose(),
  };
}

/** Grounds end where the camera, however low, cannot see the end for blur. */
const visibleExtent = ({ camera }: ResolvedScene, length: number) => (length / camera.framing) * 14;

/** The insects of a scene, whose supports have such heights. */
export function buildSubjects(scene: ResolvedScene, height: HeightMap): Organism[] {
  const { kind, subjects } = scene;
  return subjects.map((one) => {
    const fineness = finenessOf(scene, one);
    return kind.label === "ants"
      ? buildAnt(kind, one, height, fineness)
      : buildBee(kind, one, height, fineness);
  });
}

const metalOf = ({ kind }: ResolvedScene) => (kind.label === "bees" ? BEE_PRESETS[kind.preset].metal : 0);

const middle = (organism: Organism) => along(organism, 0);

/** Between the tail's tip (-1) and the face (1). */
function along({ keypoints, toWorld }: Organism, place: number): Vector3 {
  const front = (keypoints.mandibles ?? keypoints.face)!;
  const back = (keypoints.gaster_tip ?? keypoints.abdomen_tip)!;
  return front
    .clone()
    .lerp(back, 0.5 - 0.5 * place)
    .applyMatrix4(toWorld);
}

function worldKeypoints({ keypoints, toWorld }: Organism): Record<string, Vector3> {
  return Object.fromEntries(
    Object.entries(keypoints).map(([name, p]) => [name, p.clone().applyMatrix4(toWorld)]),
  );
}

/** Puts meshes on the scenes and remembers what has to be freed. */
class Stage {
  readonly colour = new Scene();
  readonly flat = new Scene();
  readonly traced = new Scene();
  private readonly geometries: BufferGeometry[] = [];

  constructor(private readonly materials: Materials) {
    for (const scene of [this.colour, this.flat, this.traced]) scene.matrixWorldAutoUpdate = false;
  }

  piece({ mesh, coat, throwsShadow = true }: Piece, matrix?: Matrix4): void {
    const geometry = this.keep(mesh.toGeometry());
    this.add(this.colour, new Mesh(geometry, this.materials.surface(coat)), 0, matrix);
    this.shape(geometry, 0, throwsShadow ? SHADOW_LAYER : SHADOWLESS_LAYER, matrix);
  }

  /** @returns its meshes in the flat scene */
  organism({ body, wings, load, toWorld }: Organism, number: number, metal: number): Mesh[] {
    const geometry = this.keep(body.toGeometry());
    this.add(
      this.colour,
      new Mesh(geometry, this.materials.surface({ surface: "insect", metal })),
      0,
      toWorld,
    );
    const silhouette = this.shape(geometry, number, SHADOW_LAYER, toWorld);
    if (load) this.piece({ mesh: load, coat: { surface: "plant" } }, toWorld);
    if (!wings) return [silhouette];
    const membranes = this.keep(wings.toGeometry());
    this.add(this.colour, new Mesh(membranes, this.materials.wing()), 0, toWorld);
    return [silhouette, this.shape(membranes, number, WING_LAYER, toWorld)];
  }

  backdrop({ surroundings: s, light }: ResolvedScene, camera: PerspectiveCamera): void {
    const base = hsl(s.backdropHue, s.backdropSaturation, s.backdropLightness);
    const colours = [scaleRgb(base, 0.35), base, [1, 0.95, 0.8]] as const;
    const kind: BackdropKind = s.backdrop === "dark" ? "plain" : s.backdrop;
    const shown =
      s.backdrop === "dark" ? ([[0.004, 0.004, 0.004], scaleRgb(base, 0.05), base] as const) : colours;
    const offset = [(s.detail % 977) * 0.37, (light.rotation + 180) * 0.11] as const;
    const material = this.materials.backdrop(kind, shown, offset);
    const unproject = camera.matrixWorld.clone().multiply(camera.projectionMatrixInverse);
    material.uniforms.uUnproject!.value = unproject;
    const screen = new Mesh(this.keep(new PlaneGeometry(2, 2)), material);
    screen.frustumCulled = false;
    this.add(this.colour, screen);
  }

  dispose(): void {
    for (const geometry of this.geometries) geometry.dispose();
  }

  /** Adds a shape, without its looks, to what labels are drawn from. */
  private shape(geometry: BufferGeometry, number: number, layer: number, matrix?: Matrix4): Mesh {
    const flat = new Mesh(geometry, this.materials.id(number));
    this.add(this.flat, flat, layer, matrix);
    this.add(this.traced, new Mesh(geometry, this.materials.trace(number)), layer, matrix);
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

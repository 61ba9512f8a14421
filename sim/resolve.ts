/**
 * From distributions to numbers. Every value is drawn from a stream of its own, named after the seed, the index and
 * the factor, so that neither sharding nor adding or fixing another factor can move it.
 */
import { stream } from "../src/shared/rng.js";
import { type Draw, drawValue } from "./distributions.js";
import { ANT_PRESETS, type AntPresetName, type AntShape } from "./organisms/ant-presets.js";
import { BEE_PRESETS, type BeePresetName, type BeeShape } from "./organisms/bee-presets.js";
import type { ANT_POSES, BEE_POSES, ClassName, Factor, SceneSpec } from "./scene.js";
import { type Split, slotOf } from "./slots.js";

/** Values are primitives; every way of drawing them is an object. */
type Drawn<Group> = { [K in keyof Group]: Exclude<Group[K], object> };

/** An insect in numbers. Angles in degrees, positions in millimetres on the support's plane. */
export interface Individual {
  pose: (typeof ANT_POSES)[number] | (typeof BEE_POSES)[number];
  size: number;
  stride: number;
  heading: number;
  headYaw: number;
  headPitch: number;
  tailPitch: number;
  tailYaw: number;
  wingSpread: number;
  x: number;
  y: number;
  /** Number behind details too small to be factors of their own, such as each hair's direction. */
  detail: number;
}

interface Kin {
  brightness: number;
  gloss: number;
  fur: number;
}

export interface AntKind extends Kin {
  label: "ants";
  preset: AntPresetName;
  secondPreset: AntPresetName;
  blend: number;
  shape: AntShape;
}

export interface BeeKind extends Kin {
  label: "bees";
  preset: BeePresetName;
  secondPreset: BeePresetName;
  blend: number;
  shape: BeeShape;
}

/** What all insects of a picture share. */
export type Kind = AntKind | BeeKind;

export interface ResolvedScene {
  seed: number;
  index: number;
  label: ClassName;
  split: Split;
  image: SceneSpec["image"];
  visible: boolean;
  kind: Kind;
  subjects: Individual[];
  surroundings: Drawn<SceneSpec["surroundings"]> & { detail: number };
  light: Drawn<SceneSpec["light"]>;
  camera: Drawn<SceneSpec["camera"]>;
  sensor: Drawn<SceneSpec["sensor"]> & { detail: number };
  occluders: Drawn<SceneSpec["occluders"]> & { detail: number };
}

/** Draws everything that the image `index` of a seed needs. Pure: the same arguments give the same numbers. */
export function resolveScene(spec: SceneSpec, seed: number, index: number): ResolvedScene {
  const { label, split } = slotOf(seed, index);
  const draw = drawer(seed, index, label);
  const swap = draw("surroundings.swap", spec.surroundings.swap);
  const elsewhere = drawer(seed, index, swap ? otherClass(label) : label);
  const kind = resolveKind(spec, draw);
  return {
    seed,
    index,
    label,
    split,
    image: spec.image,
    visible: draw("subject.visible", spec.subject.visible),
    kind,
    subjects: resolveSubjects(spec, draw, kind.shape.bodyLength),
    surroundings: {
      ...drawGroup("surroundings", spec.surroundings, elsewhere),
      swap,
      detail: draw.detail("surroundings"),
    },
    light: drawGroup("light", spec.light, draw),
    camera: drawGroup("camera", spec.camera, draw),
    sensor: { ...drawGroup("sensor", spec.sensor, draw), detail: draw.detail("sensor") },
    occluders: { ...drawGroup("occluders", spec.occluders, draw), detail: draw.detail("occluders") },
  };
}

type Drawer = ReturnType<typeof drawer<ClassName>>;

function drawer<Label extends ClassName>(seed: number, index: number, label: Label) {
  const draw = <T>(name: string, factor: Factor<T>): T =>
    drawValue(forClass(factor, label), stream(seed, index, name));
  return Object.assign(draw, {
    label,
    detail: (name: string) => stream(seed, index, `${name}.detail`).integer(2 ** 31),
    normal: (name: string) => stream(seed, index, name).normal(0, 1),
  });
}

function forClass<T>(factor: Factor<T>, label: ClassName): Draw<T> {
  return typeof factor === "object" && factor !== null && label in factor
    ? (factor as Record<ClassName, Draw<T>>)[label]
    : (factor as Draw<T>);
}

const otherClass = (label: ClassName): ClassName => (label === "ants" ? "bees" : "ants");

function drawGroup<Group extends object>(name: string, group: Group, draw: Drawer): Drawn<Group> {
  const values = Object.entries(group).map(([key, factor]) => [key, draw(`${name}.${key}`, factor)]);
  return Object.fromEntries(values) as Drawn<Group>;
}

function resolveKind({ subject }: SceneSpec, draw: Drawer): Kind {
  const blend = draw("subject.blend", subject.blend);
  const variation = draw("subject.variation", subject.variation);
  const kin = {
    blend,
    brightness: draw("subject.brightness", subject.brightness),
    gloss: draw("subject.gloss", subject.gloss),
    fur: draw("subject.fur", subject.fur),
  };
  const vary = <Shape extends object>(a: Shape, b: Shape) => varyShape(a, b, blend, variation, draw);
  if (draw.label === "ants") {
    const preset = draw("subject.antPreset", subject.antPreset);
    const secondPreset = draw("subject.antPreset.second", subject.antPreset);
    const shape = vary<AntShape>(ANT_PRESETS[preset].shape, ANT_PRESETS[secondPreset].shape);
    return { label: draw.label, preset, secondPreset, ...kin, shape };
  }
  const preset = draw("subject.beePreset", subject.beePreset);
  const secondPreset = draw("subject.beePreset.second", subject.beePreset);
  const shape = vary<BeeShape>(BEE_PRESETS[preset].shape, BEE_PRESETS[secondPreset].shape);
  return { label: draw.label, preset, secondPreset, ...kin, shape };
}

/** Interpolates two shapes and perturbs each proportion log-normally. */
function varyShape<Shape extends object>(
  a: Shape,
  b: Shape,
  blend: number,
  variation: number,
  draw: Drawer,
): Shape {
  const values = Object.entries(a).map(([key, value]) => {
    const mixed = value + ((b as Record<string, number>)[key]! - value) * blend;
    return [key, mixed * Math.exp(variation * draw.normal(`subject.shape.${key}`))];
  });
  return Object.fromEntries(values) as Shape;
}

function resolveSubjects({ subject }: SceneSpec, draw: Drawer, bodyLength: number): Individual[] {
  const count = draw("subject.count", subject.count);
  const trail = draw("subject.trail", subject.trail);
  const spread = draw("subject.spread", subject.spread) * bodyLength;
  const trailHeading = draw("subject.0.heading", subject.heading);
  return Array.from({ length: count }, (_, k) => {
    const own = <T>(key: string, factor: Factor<T>) => draw(`subject.${k}.${key}`, factor);
    const heading = own("heading", subject.heading);
    return {
      pose: draw.label === "ants" ? own("antPose", subject.antPose) : own("beePose", subject.beePose),
      size: own("size", subject.size),
      stride: own("stride", subject.stride),
      heading: trailHeading + (heading - trailHeading) * (1 - trail),
      headYaw: own("headYaw", subject.headYaw),
      headPitch: own("headPitch", subject.headPitch),
      tailPitch: own("tailPitch", subject.tailPitch),
      tailYaw: own("tailYaw", subject.tailYaw),
      wingSpread: own("wingSpread", subject.wingSpread),
      ...place(k, spread, trail, trailHeading, draw),
      detail: draw.detail(`subject.${k}`),
    };
  });
}

/** The first insect stands at the origin; others on a widening disc around it, or along the trail before and behind. */
function place(k: number, spread: number, trail: number, heading: number, draw: Drawer) {
  if (k === 0) return { x: 0, y: 0 };
  const turn = (k + 0.25 * draw.normal(`subject.${k}.turn`)) * GOLDEN_ANGLE;
  const distance = spread * Math.sqrt(k) * Math.exp(0.15 * draw.normal(`subject.${k}.distance`));
  const along =
    spread * Math.ceil(k / 2) * (k % 2 ? 1 : -1) + 0.2 * spread * draw.normal(`subject.${k}.along`);
  const across = 0.25 * spread * draw.normal(`subject.${k}.across`);
  const [c, s] = [Math.cos((heading * Math.PI) / 180), Math.sin((heading * Math.PI) / 180)];
  const mix = (strewn: number, inTrail: number) => strewn + (inTrail - strewn) * trail;
  return {
    x: mix(distance * Math.cos(turn), along * c - across * s),
    y: mix(distance * Math.sin(turn), along * s + across * c),
  };
}

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * From distributions to numbers. Every value is drawn from a stream of its own, named after the seed, the index and
 * the factor, so that neither sharding nor adding or fixing another factor can move it.
 */
import { stream } from "../../src/shared/rng.js";
import { subjectOf } from "../subjects/registry.js";
import type { Individual, Kind, Subject, SubjectShape } from "../subjects/subject.js";
import { drawValue } from "./distributions.js";
import { drawFor, type Factor } from "./factor.js";
import type { Drawn, ResolvedScene } from "./resolved-scene.js";
import { classesOf, type SceneSpec } from "./scene.js";
import { slotOf } from "./slots.js";

/**
 * Draws everything that the image `index` of a seed needs. Pure: the same arguments give the same numbers.
 * @param further subjects of the user's own that the scene names as classes
 */
export function resolveScene(
  spec: SceneSpec,
  seed: number,
  index: number,
  further: readonly Subject[] = [],
): ResolvedScene {
  const { label, split } = slotOf(seed, index, classesOf(spec));
  const draw = drawer(seed, index, label);
  const swap = draw("surroundings.swap", spec.surroundings.swap);
  const elsewhere = drawer(seed, index, swap ? otherClass(spec, draw) : label);
  const subject = subjectOf(label, further);
  const kind = resolveKind(spec, draw, subject);
  return {
    seed,
    index,
    label,
    split,
    ...(spec.classes && { classes: spec.classes }),
    image: spec.image,
    visible: draw("subject.visible", spec.subject.visible),
    kind,
    subjects: resolveSubjects(spec, draw, subject, kind.shape.bodyLength),
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

type Drawer = ReturnType<typeof drawer>;

function drawer(seed: number, index: number, label: string) {
  const draw = <T>(name: string, factor: Factor<T>): T =>
    drawValue(drawFor(factor, label), stream(seed, index, name));
  return Object.assign(draw, {
    label,
    stream: (name: string) => stream(seed, index, name),
    detail: (name: string) => stream(seed, index, `${name}.detail`).integer(2 ** 31),
    normal: (name: string) => stream(seed, index, name).normal(0, 1),
  });
}

/** One of the scene's other classes, each as likely; a scene of one class has none. */
function otherClass(spec: SceneSpec, draw: Drawer): string {
  const others = classesOf(spec).filter((name) => name !== draw.label);
  return others.length ? draw.stream("surroundings.swap.class").pick(others) : draw.label;
}

function drawGroup<Group extends object>(name: string, group: Group, draw: Drawer): Drawn<Group> {
  const values = Object.entries(group).map(([key, factor]) => [key, draw(`${name}.${key}`, factor)]);
  return Object.fromEntries(values) as Drawn<Group>;
}

function resolveKind({ subject }: SceneSpec, draw: Drawer, { name, presets }: Subject): Kind {
  const blend = draw("subject.blend", subject.blend);
  const variation = draw("subject.variation", subject.variation);
  const preset = draw(`subject.${name}Preset`, subject[`${name}Preset`]!);
  const secondPreset = draw(`subject.${name}Preset.second`, subject[`${name}Preset`]!);
  return {
    label: draw.label,
    preset,
    secondPreset,
    blend,
    brightness: draw("subject.brightness", subject.brightness),
    gloss: draw("subject.gloss", subject.gloss),
    fur: draw("subject.fur", subject.fur),
    shape: varyShape(presets[preset]!.shape, presets[secondPreset]!.shape, blend, variation, draw),
  };
}

/** Interpolates two shapes and perturbs each proportion log-normally. */
function varyShape(
  a: SubjectShape,
  b: SubjectShape,
  blend: number,
  variation: number,
  draw: Drawer,
): SubjectShape {
  const second: Record<string, number> = { ...b };
  const values = Object.entries({ ...a }).map(([key, value]: [string, number]) => {
    const mixed = value + (second[key]! - value) * blend;
    return [key, mixed * Math.exp(variation * draw.normal(`subject.shape.${key}`))];
  });
  return Object.fromEntries(values) as unknown as SubjectShape;
}

function resolveSubjects(
  { subject }: SceneSpec,
  draw: Drawer,
  { name }: Subject,
  bodyLength: number,
): Individual[] {
  const count = draw("subject.count", subject.count);
  const trail = draw("subject.trail", subject.trail);
  const spread = draw("subject.spread", subject.spread) * bodyLength;
  const trailHeading = draw("subject.0.heading", subject.heading);
  return Array.from({ length: count }, (_, k) => {
    const own = <T>(key: string, factor: Factor<T>) => draw(`subject.${k}.${key}`, factor);
    const heading = own("heading", subject.heading);
    return {
      pose: own(`${name}Pose`, subject[`${name}Pose`]!),
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

/** The first subject stands at the origin; others on a widening disc around it, or along the trail before and behind. */
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

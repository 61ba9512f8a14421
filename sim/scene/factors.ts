/** Every factor of a scene, its bounds and its neutral value, in six groups. */
import { z } from "zod";
import type { Subject } from "../subjects/subject.js";
import { booleanDraw, integerDraw, nameDraw, numberDraw } from "./distributions.js";
import { ENVIRONMENTS } from "./environment-names.js";
import { type Factor, type FactorSchema, type FactorSchemas, factorSchemas } from "./factor.js";

/** antbee's own surroundings. */
export const SUPPORTS = ["ground", "flower", "leaf", "twig"] as const;
export const GROUNDS = [
  "soil",
  "sand",
  "stone",
  "concrete",
  "wood",
  "bark",
  "leaf",
  "petal",
  "honeycomb",
  "plain",
] as const;
export const FLOWERS = ["composite", "cluster", "spike", "cup", "thistle"] as const;
export const BACKDROPS = ["foliage", "environment", "dark", "plain"] as const;
export const OCCLUDERS = ["blade", "leaf", "petal"] as const;
export const BORDERS = ["none", "white", "black", "framed"] as const;

/** The subjects. Angles in degrees; ratios are without unit. */
function subjectFactors({ factor }: FactorSchemas, subjects: readonly Subject[]) {
  return z.strictObject({
    /** Subjects of the image's class. */
    count: factor(integerDraw(1, 60), 1),
    /** False renders the same scene without its subjects: what the background alone gives away. */
    visible: factor(booleanDraw(), true),
    ...choices("Preset", subjects, (one) => factor(nameDraw(Object.keys(one.presets)), one.neutral.preset)),
    /** Share of a second, independently drawn preset in the shape. */
    blend: factor(numberDraw(0, 1), 0),
    /** Standard deviation of each proportion's logarithm. */
    variation: factor(numberDraw(0, 0.5), 0),
    /** Body length as a multiple of the preset's. */
    size: factor(numberDraw(0.3, 3), 1),
    ...choices("Pose", subjects, (one) => factor(nameDraw(one.poses), one.neutral.pose)),
    /** Position in the stride; tripods swap at .5. */
    stride: factor(numberDraw(0, 1), 0),
    heading: factor(numberDraw(-180, 180), 0),
    headYaw: factor(numberDraw(-40, 40), 0),
    headPitch: factor(numberDraw(-40, 40), 0),
    /** Of the gaster or abdomen; positive lifts it. */
    tailPitch: factor(numberDraw(-60, 60), 0),
    tailYaw: factor(numberDraw(-30, 30), 0),
    /** Between folded back (0) and spread (1). */
    wingSpread: factor(numberDraw(0, 1), 0),
    /** Multiples of the preset's own. */
    brightness: factor(numberDraw(0.3, 3), 1),
    gloss: factor(numberDraw(0, 2), 1),
    fur: factor(numberDraw(0, 2), 1),
    /** Mean distance between subjects, in body lengths. */
    spread: factor(numberDraw(0.6, 10), 1.5),
    /** 0: strewn about; 1: in a trail along the heading. */
    trail: factor(numberDraw(0, 1), 0),
  });
}

/** What the subjects stand on and what lies around and behind them. Lengths in millimetres. */
function surroundingsFactors({ factor }: FactorSchemas, supports: readonly string[]) {
  return z.strictObject({
    /** True draws this group from the other class's distributions, which decorrelates it from the class. */
    swap: factor(booleanDraw(), false),
    support: factor(nameDraw(supports), "ground"),
    ground: factor(nameDraw(GROUNDS), "soil"),
    /** Size of the ground's grain as a multiple of the material's own. */
    grain: factor(numberDraw(0.1, 10), 1),
    /** Height of the ground's dents and bumps as a share of their width. */
    relief: factor(numberDraw(0, 1), 0.2),
    /** Hue shift in turns, and lightness as a multiple, of the ground. */
    groundHue: factor(numberDraw(-0.5, 0.5), 0),
    groundLightness: factor(numberDraw(0.2, 3), 1),
    flower: factor(nameDraw(FLOWERS), "composite"),
    flowerRadius: factor(numberDraw(2, 80), 14),
    petals: factor(integerDraw(4, 60), 20),
    /** Hue in turns, saturation and lightness of the petals; likewise of the flower's heart. */
    petalHue: factor(numberDraw(0, 1), 0.15),
    petalSaturation: factor(numberDraw(0, 1), 0.8),
    petalLightness: factor(numberDraw(0, 1), 0.5),
    heartHue: factor(numberDraw(0, 1), 0.12),
    heartLightness: factor(numberDraw(0, 1), 0.4),
    /** Further plants and stones around the subject. */
    flowers: factor(integerDraw(0, 30), 0),
    leaves: factor(integerDraw(0, 30), 0),
    blades: factor(integerDraw(0, 200), 0),
    pebbles: factor(integerDraw(0, 200), 0),
    twigs: factor(integerDraw(0, 30), 0),
    backdrop: factor(nameDraw(BACKDROPS), "foliage"),
    backdropHue: factor(numberDraw(0, 1), 0.28),
    backdropLightness: factor(numberDraw(0, 1), 0.3),
    backdropSaturation: factor(numberDraw(0, 1), 0.5),
  });
}

function lightFactors({ factor }: FactorSchemas) {
  return z.strictObject({
    environment: factor(nameDraw(ENVIRONMENTS), "park"),
    /** Turn of the environment about the vertical, in degrees. */
    rotation: factor(numberDraw(-180, 180), 0),
    /** Share of the light that comes from the sun rather than from the environment. */
    sun: factor(numberDraw(0, 0.95), 0.5),
    sunElevation: factor(numberDraw(5, 90), 50),
    sunAzimuth: factor(numberDraw(-180, 180), 40),
    /** Colour temperature in kelvin. */
    sunTemperature: factor(numberDraw(2500, 9000), 5600),
    /** Half width of the shadows' soft edge, in shadow-map texels. */
    shadowSoftness: factor(numberDraw(0.5, 8), 1.5),
    /** Light from beside the lens, relative to the rest. */
    flash: factor(numberDraw(0, 2), 0),
  });
}

function cameraFactors({ factor, bare }: FactorSchemas) {
  return z.strictObject({
    /** Above the support's plane, in degrees. */
    elevation: factor(numberDraw(2, 90), 40),
    /** Relative to the first subject's heading: 0 is from the front, 90 from its left. */
    azimuth: factor(numberDraw(-180, 180), 60),
    roll: factor(numberDraw(-180, 180), 0),
    /** 35 mm equivalent, in millimetres. */
    focalLength: factor(numberDraw(20, 300), 90),
    /** Subject's length seen from its side as a share of the frame's shorter side. */
    framing: factor(numberDraw(0.03, 3), 0.6),
    /** What of the first subject the camera looks at: -1 the tail's tip, 0 the middle (as where it is left out), 1 the face. */
    aim: bare(numberDraw(-1, 1)).optional(),
    /** Offset of the subject from the centre as a share of the frame. */
    offsetX: factor(numberDraw(-0.5, 0.5), 0),
    offsetY: factor(numberDraw(-0.5, 0.5), 0),
    /** Diameter of the blur at infinity as a share of the frame's shorter side. */
    aperture: factor(numberDraw(0, 0.2), 0.04),
    /** Focus off the subject, in body lengths along the view. */
    focusError: factor(numberDraw(-1, 1), 0),
  });
}

/** Lengths in pixels of the final image, levels in [0, 1] of its range. */
function sensorFactors({ factor }: FactorSchemas) {
  return z.strictObject({
    /** In stops. */
    exposure: factor(numberDraw(-3, 3), 0),
    /** Gain of red over blue in stops: positive is warm; and of green over both. */
    warmth: factor(numberDraw(-1, 1), 0),
    tint: factor(numberDraw(-0.5, 0.5), 0),
    contrast: factor(numberDraw(0.5, 2), 1),
    saturation: factor(numberDraw(0, 2), 1),
    /** Darkening in the corners. */
    vignette: factor(numberDraw(0, 1), 0),
    /** Shift of red against blue in the corners. */
    aberration: factor(numberDraw(0, 4), 0),
    motion: factor(numberDraw(0, 12), 0),
    motionAngle: factor(numberDraw(0, 180), 0),
    /** Standard deviation of a Gaussian blur, which is cut where it falls below a fifth: below .56 it changes nothing. */
    blur: factor(numberDraw(0, 5), 0),
    shotNoise: factor(numberDraw(0, 0.2), 0),
    readNoise: factor(numberDraw(0, 0.2), 0),
    /** Reduction before the picture is enlarged to its size again, which moves it by half a pixel to the right and down. */
    downsample: factor(numberDraw(1, 4), 1),
    sharpen: factor(numberDraw(0, 3), 0),
    border: factor(nameDraw(BORDERS), "none"),
    /** Of the JPEG file. */
    quality: factor(integerDraw(20, 100), 90),
  });
}

/** Things between the lens and the subject. */
function occludersFactors({ factor }: FactorSchemas) {
  return z.strictObject({
    count: factor(integerDraw(0, 8), 0),
    kind: factor(nameDraw(OCCLUDERS), "blade"),
    /** How far an occluder reaches into the frame: 0 the rim, 1 the middle. */
    reach: factor(numberDraw(0, 1), 0.3),
  });
}

/** Factors that each subject has of its own: `antPreset`, `beePreset`. */
export interface SubjectChoices {
  [preset: `${string}Preset`]: Factor<string>;
  [pose: `${string}Pose`]: Factor<string>;
}

/** Typed as without keys, which would else swallow the names of all other factors: see `SubjectChoices`. */
function choices(
  what: "Preset" | "Pose",
  subjects: readonly Subject[],
  schema: (subject: Subject) => FactorSchema<string>,
): object {
  return Object.fromEntries(subjects.map((one) => [`${one.name}${what}`, schema(one)]));
}

/** What a scene may name: its classes' subjects, and all surroundings. */
export interface Vocabulary {
  /** In the order of their classes. */
  subjects: readonly Subject[];
  supports: readonly string[];
}

/** The factor groups, in the order in which ablations list them. */
export const FACTOR_GROUPS = ["subject", "surroundings", "light", "camera", "sensor", "occluders"] as const;
/** The name of a factor group. */
export type FactorGroup = (typeof FACTOR_GROUPS)[number];

/** The schema of each group. */
export function factorGroups({ subjects, supports }: Vocabulary) {
  const schemas = factorSchemas(subjects.map(({ className }) => className));
  return {
    subject: subjectFactors(schemas, subjects),
    surroundings: surroundingsFactors(schemas, supports),
    light: lightFactors(schemas),
    camera: cameraFactors(schemas),
    sensor: sensorFactors(schemas),
    occluders: occludersFactors(schemas),
  } satisfies Record<FactorGroup, z.ZodType>;
}

/** RandAugment. Cubuk et al., "RandAugment: practical automated data augmentation", NeurIPS 2020, section 3, figure 2. */
import { z } from "zod";
import {
  type DecodedImage,
  type Preprocessing,
  type RgbImage,
  trainingView,
} from "../../src/shared/image.js";
import { type Stream, stream } from "../../src/shared/rng.js";
import { check } from "../../src/shared/schema.js";
import type { Augmentation } from "./augmentation.js";
import {
  autocontrast,
  brightness,
  colour,
  contrast,
  equalize,
  posterize,
  sharpness,
  solarize,
} from "./photometric.js";

export const RAND_AUGMENT = "rand-augment";

/** The last of torchvision's 31 magnitudes. */
const STRONGEST = 30;

export const randAugmentOptions = z.strictObject({
  /** Operations a view, drawn with replacement. */
  n: z.int().min(1).max(10).default(2),
  /** Of every operation alike: 0 leaves images as they are, but for those without a strength; 30 is the strongest. */
  magnitude: z.int().min(0).max(STRONGEST).default(9),
});

/** How many operations, and how strong; the paper's RA(N, M). */
export type RandAugmentOptions = z.input<typeof randAugmentOptions>;

/** An operation at a strength in [0, 1]; what has two directions is drawn one. */
type Operation = (image: RgbImage, strength: number, draw: Stream) => Buffer;

/** A factor of 1 ± .9 at the strongest, as torchvision has it. */
const enhanced =
  (of: (image: RgbImage, factor: number) => Buffer): Operation =>
  (image, strength, draw) =>
    of(image, 1 + (draw.next() < 0.5 ? -1 : 1) * 0.9 * strength);

/**
 * The photometric operations of the paper. Its geometric ones (rotate, shear and translate, along either axis) are left
 * out: the crop before them moves and scales already, a scene draws pose and camera itself, and each would put a border
 * of one colour into renders alone. Ranges are torchvision's, except that solarize begins at 256, where it inverts
 * nothing.
 */
export const photometricOperations = {
  identity: ({ data }) => Buffer.from(data),
  autocontrast,
  equalize,
  solarize: (image, strength) => solarize(image, 256 * (1 - strength)),
  posterize: (image, strength) => posterize(image, 8 - Math.round(4 * strength)),
  colour: enhanced(colour),
  contrast: enhanced(contrast),
  brightness: enhanced(brightness),
  sharpness: enhanced(sharpness),
} satisfies Record<string, Operation>;

const operations: readonly Operation[] = Object.values(photometricOperations);

/**
 * torchvision's RandomResizedCrop and RandomHorizontalFlip, the very views of `randomResizedCrop`, and `n` photometric
 * operations of one magnitude on each. A view depends on the image, the preprocessing and its number alone.
 * @param views kept of each image
 * @throws bad input for other options
 */
export function randAugment(options: RandAugmentOptions = {}, views = 4): Augmentation {
  const { n, magnitude } = check(randAugmentOptions, options, RAND_AUGMENT);
  const view = async (image: DecodedImage, to: Preprocessing, number: number): Promise<Buffer> => {
    let data = await trainingView(image, to, number);
    const draw = stream(number, image.sha256, RAND_AUGMENT);
    for (let i = 0; i < n; i++)
      data = draw.pick(operations)({ data, width: to.size, height: to.size }, magnitude / STRONGEST, draw);
    return data;
  };
  return { name: RAND_AUGMENT, options: { n, magnitude }, views, view };
}

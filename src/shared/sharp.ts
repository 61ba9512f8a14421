/** sharp, loaded with the first picture: by itself it was a seventh of the time that importing antbee took. */
import { createRequire } from "node:module";
import type { Sharp as Picture, default as Sharp, SharpInput, SharpOptions } from "sharp";

/** What a picture is made from that has no input. */
type Created = Pick<Required<SharpOptions>, "create">;

const require = createRequire(import.meta.url);
let loaded: typeof Sharp | undefined;

/** Opens a picture, as sharp's own function does. */
export function sharp(options: Created): Picture;
export function sharp(input: SharpInput, options?: SharpOptions): Picture;
export function sharp(input: SharpInput | Created, options?: SharpOptions): Picture {
  loaded ??= require("sharp") as typeof Sharp;
  return loaded(input as SharpInput, options);
}

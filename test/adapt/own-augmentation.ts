/** An augmentation of one's own, as its user writes it, and the module in which other processes find it. */
import type { Augmentation } from "../../adapt/images/augmentation.js";
import { evaluationView } from "../../src/shared/image.js";

/** The evaluation view, each view darker than the one before. */
export const darkened: Augmentation = {
  name: "darkened",
  options: { by: 2 },
  views: 2,
  view: async (image, to, view) => (await evaluationView(image, to)).map((v) => v / 2 ** view) as Buffer,
  module: { url: import.meta.url, export: "darkened" },
};

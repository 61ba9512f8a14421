/**
 * Level of detail. A subject of a hundred pixels needs no facets of a third of a pixel: they look no better, and drawing
 * takes time by the facet. Everything that draws or checks a scene asks here, so that all see the same facets.
 */
import type { ResolvedScene } from "../scene/resolved-scene.js";
import type { Individual } from "../subjects/subject.js";

/** Body length, in pixels, from which subjects have all their facets and hairs. */
const FULL = 320;
/** Share of the rows and columns that even the smallest keep. */
const LEAST = 0.3;

/** Share of the full number of rows, columns and hairs that a subject is built with, in (0, 1]. */
export function levelOfDetail({ camera, image, subjects }: ResolvedScene, one: Individual): number {
  const pixels = camera.framing * Math.min(image.width, image.height) * (one.size / subjects[0]!.size);
  return Math.max(LEAST, Math.min(1, pixels / FULL));
}

import type { ResolvedScene } from "../scene/resolved-scene.js";

/** Of the first subject, in millimetres: what flowers, leaves, twigs and clutter are measured by. */
export const bodyLength = ({ kind, subjects }: ResolvedScene): number =>
  kind.shape.bodyLength * (subjects[0]?.size ?? 1);

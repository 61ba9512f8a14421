/** Small constructed shifts between a source and a target, each of which suits some methods. */
import type { MethodName } from "../../adapt/methods/registry.js";
import type { Recipe } from "./made-up.js";

export interface Shift {
  source: Recipe;
  target: Recipe;
  /** What the activations enter: the head, or the convolution before it. */
  enter: "head" | "convolution";
}

/** Every channel's scale and offset change; four of them tell the classes apart. */
const rescaled =
  (scale: number, offset: number): Recipe =>
  (draw, sign, channel) =>
    offset + scale * ((channel < 4 ? sign : 0) + 0.5 * draw());

/** The class is along one direction, a strong nuisance along another; both turn. */
function turnedNuisance(angle: number): Recipe {
  let nuisance = 0;
  let signal = 0;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return (draw, sign, channel) => {
    if (channel === 0) {
      signal = sign + 0.3 * draw();
      nuisance = 3 * draw();
    }
    if (channel === 0) return c * signal - s * nuisance;
    if (channel === 1) return s * signal + c * nuisance;
    return 0.3 * draw();
  };
}

/** Channels 0-3 tell the classes apart in both domains; 4-7 do so in the source only, and lie about `offset` in the target. */
const spurious =
  (target: boolean, offset: number): Recipe =>
  (draw, sign, channel) => {
    if (channel < 4) return 0.7 * sign + 0.6 * draw();
    if (channel < 8) return target ? offset + 0.5 * draw() : 1.2 * sign + 0.5 * draw();
    return 0.3 * draw();
  };

/** Channels that are all but silent in the source, so that nothing is learned of them, are loud in the target. */
const loud =
  (noise: number): Recipe =>
  (draw, sign, channel) =>
    channel < 4 ? 0.7 * sign + 0.6 * draw() : noise * draw();

/** Tight clusters, turned so far that the source's boundary cuts off a part of one. */
const clusters =
  (angle: number): Recipe =>
  (draw, sign, channel) => {
    const along = channel < 4 ? Math.cos(angle) : channel < 8 ? Math.sin(angle) : 0;
    return channel < 8 ? sign * along + 0.55 * draw() : 0;
  };

const OFFSET: Shift = { source: spurious(false, 0), target: spurious(true, 2), enter: "head" };
const LOUD: Shift = { source: loud(0.01), target: loud(20), enter: "head" };
const CLUSTERS: Shift = { source: clusters(0), target: clusters(1.4), enter: "head" };
const RESCALED = { source: rescaled(1, 0), target: rescaled(0.4, 2) };
const TURNED: Shift = { source: turnedNuisance(0), target: turnedNuisance(0.6), enter: "head" };

export const SHIFTS: Record<Exclude<MethodName, "source-only">, Shift> = {
  adabn: { ...RESCALED, enter: "convolution" },
  "feature-statistics": { ...RESCALED, enter: "head" },
  coral: TURNED,
  "deep-coral": LOUD,
  dan: OFFSET,
  dann: OFFSET,
  cdan: OFFSET,
  mcc: CLUSTERS,
  "entropy-minimisation": CLUSTERS,
  "information-maximisation": CLUSTERS,
  tent: { ...RESCALED, enter: "convolution" },
  prototypes: CLUSTERS,
  "self-training": CLUSTERS,
  fixmatch: CLUSTERS,
  "few-shot": OFFSET,
  "few-shot-self-training": CLUSTERS,
  "fine-tuning": OFFSET,
};

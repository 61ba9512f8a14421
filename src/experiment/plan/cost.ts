/** Roughly what work costs. */
import { canonicalJson } from "../../shared/files.js";
import { defaultWorkers } from "../../shared/pool.js";
import type { Arm } from "../spec/experiment.js";

/** Orders of magnitude, measured on two cores without a GPU; a plan needs no more. */
export const SECONDS = { render: 0.12, activation: 0.025, step: 0.03, run: 10 } as const;
export const BYTES = { render: 60_000, activation: 5_200, map: 250_000, run: 20_000_000 } as const;

/** Work that is not done yet. */
export interface Work {
  /** Images to render. */
  renders: number;
  /** Upper bound of activations to compute. */
  activations: number;
  /** Whether some are maps, which a phase below the head starts from, not features. */
  deep?: boolean;
  /** Images that are evaluated leave their last feature maps, of which predictions and heat maps are made. */
  maps?: number;
  /** Images times epochs of phases below the head. */
  steps?: number;
  runs: number;
}

/** Ways in which the arms see the source's training images: each has activations of its own. */
export const augmentationsOf = (arms: readonly Pick<Arm, "augment">[]): number =>
  new Set(arms.map(({ augment }) => canonicalJson(augment ?? null))).size;

/** Seconds and bytes are upper bounds to an order of magnitude. */
export interface Cost extends Pick<Work, "renders" | "activations"> {
  seconds: number;
  bytes: number;
}

/** Forwards and backwards through all of a network. */
const STEP_SECONDS_PER_FLOP = 1e-10;

/** TensorFlow's own engine takes at most half of what WebAssembly takes. */
const shareOf = (backend: string): number => (backend.startsWith("tensorflow") ? 0.5 : 1);

/** Of training below the head, on one core; `flops` of an image, those of MobileNetV2's upper half where left out. */
export const trainingSeconds = (steps: number, flops = 0, backend = "wasm"): number =>
  shareOf(backend) * steps * Math.max(SECONDS.step, flops * STEP_SECONDS_PER_FLOP);

export function costOf(work: Work): Cost {
  const { renders, activations, deep = false, maps = 0, steps = 0, runs } = work;
  const images = renders * SECONDS.render + activations * SECONDS.activation + trainingSeconds(steps);
  return {
    renders,
    activations,
    seconds: images / defaultWorkers() + runs * SECONDS.run,
    bytes:
      renders * BYTES.render +
      activations * (deep ? BYTES.map : BYTES.activation) +
      maps * BYTES.map +
      runs * BYTES.run,
  };
}

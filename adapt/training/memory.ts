/** How much memory a training step takes, known before it starts. */
import { failed } from "../../src/shared/errors.js";
import type { BackendName } from "../backend/backend.js";
import type { Shape } from "../layers/index.js";
import { costOf, type Network, parametersOf } from "../layers/network.js";
import { sizeOf } from "../layers/parameters.js";
import type { OptimizerSpec } from "./optimizer.js";

export interface StepPlan {
  network: Network;
  /** The stage that the activations enter. */
  split: string;
  /** Shape of one activation. */
  input: Shape;
  /** Images in a batch. */
  batch: number;
  optimizer: OptimizerSpec["name"];
}

/** In bytes. */
export interface MemoryEstimate {
  /** The parameters, and the kernels' packed copies of them. */
  parameters: number;
  /** And the folded filters on the way to them. */
  gradients: number;
  /** The optimizer's slots. */
  optimizer: number;
  /** What the backward pass needs of the forward one, and its own maps, which live until it ends. */
  activations: number;
  /** Transposed and packed copies, and the gradient, of the largest parameter. */
  temporary: number;
  total: number;
}

const FLOAT = 4;
/** Copies that a training step holds at its peak, measured: of a parameter with and without BatchNorm, and of a map. */
const FOLDED = 4;
const PLAIN = 2;
const MAPS = 4;
const SLOTS: Record<OptimizerSpec["name"], number> = { sgd: 1, adamw: 2 };
/** The heap of WebAssembly's 32-bit addresses. */
const WASM_HEAP = 2 ** 32;
/** Share of the heap that fragmentation leaves usable; measured on VGG16, which fails between 3.1 and 3.5 GB. */
const USABLE = 0.8;

/** What training everything behind the split takes in one process or thread. */
export function estimateMemory({ network, split, input, batch, optimizer }: StepPlan): MemoryEstimate {
  const specs = Object.values(parametersOf(network, { from: split }));
  const sizes = specs.map(({ shape }) => sizeOf(shape));
  const all = sum(sizes);
  const trainable = sum(specs.filter((spec) => spec.trainable).map(({ shape }) => sizeOf(shape)));
  const hasBatchNorm = trainable < all; // it alone has statistics
  const { values } = costOf(network, input, { from: split });
  const parts = {
    parameters: 2 * FLOAT * all,
    gradients: FLOAT * (hasBatchNorm ? FOLDED : PLAIN) * trainable,
    optimizer: FLOAT * SLOTS[optimizer] * trainable,
    activations: FLOAT * MAPS * batch * (values + sizeOf(input)),
    temporary: 3 * FLOAT * Math.max(0, ...sizes),
  };
  return { ...parts, total: sum(Object.values(parts)) };
}

/** @throws a failure that states the estimate, where the backend cannot hold it */
export function checkMemory(where: string, backend: BackendName, plan: StepPlan): void {
  const { total } = estimateMemory(plan);
  const limit = USABLE * WASM_HEAP;
  if (backend !== "wasm" || total <= limit) return;
  const [needed, there] = [total, limit].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
  throw failed(
    where,
    `training from ${plan.split} on with batches of ${plan.batch} takes about ${needed}, and the wasm backend can use ${there}; train fewer stages, or smaller batches`,
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

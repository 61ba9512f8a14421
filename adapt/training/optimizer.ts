/**
 * Optimizers as PyTorch defines them, with state kept by parameter name: freezing or thawing a parameter cannot give
 * it another's momentum.
 */
import * as tf from "@tensorflow/tfjs-core";

/** Moves parameters along their gradients, with state by name. */
export interface Optimizer {
  /** The parameter after one step, a new tensor. The state of `name` moves with it. */
  step(name: string, value: tf.Tensor, gradient: tf.Tensor, lr: number): tf.Tensor;
  /** A copy of all state, to go on from elsewhere. */
  read(): OptimizerState;
  /** Takes state up that `read` gave. */
  restore(state: OptimizerState): void;
  /** Lets the state go. */
  dispose(): void;
}

/** An optimizer and its constants; torch's defaults where left out, but momentum .9 for SGD. */
export type OptimizerSpec =
  | { name: "sgd"; momentum?: number; weightDecay?: number }
  | { name: "adamw"; betas?: readonly [number, number]; epsilon?: number; weightDecay?: number };

/** State outside a computation. */
export interface OptimizerState {
  /** By slot, such as "velocity", then by parameter; in TensorFlow's layouts. */
  slots: Readonly<Record<string, Readonly<Record<string, SlotValue>>>>;
  /** Steps taken, by parameter. */
  steps: Readonly<Record<string, number>>;
}

export interface SlotValue {
  shape: readonly number[];
  data: Float32Array;
}

/** Makes an optimizer without state. The caller disposes it. */
export function createOptimizer(spec: OptimizerSpec): Optimizer {
  return spec.name === "sgd" ? sgd(spec) : adamW(spec);
}

/** v <- momentum v + (g + weightDecay w), w <- w - lr v. https://pytorch.org/docs/stable/generated/torch.optim.SGD.html */
function sgd({ momentum = 0.9, weightDecay = 0 }: Extract<OptimizerSpec, { name: "sgd" }>): Optimizer {
  const state = openState(["velocity"]);
  const { velocity } = state.slots;
  return {
    ...state.handles,
    step: (name, value, gradient, lr) =>
      tf.tidy(() => {
        const decayed = weightDecay ? tf.add(gradient, tf.mul(value, weightDecay)) : gradient;
        const before = velocity.get(name);
        const now = before ? tf.add(tf.mul(before, momentum), decayed) : decayed;
        if (momentum) velocity.set(name, now);
        return tf.sub(value, tf.mul(now, lr));
      }),
  };
}

/** Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2; bias-corrected moments. */
function adamW(spec: Extract<OptimizerSpec, { name: "adamw" }>): Optimizer {
  const { betas: [b1, b2] = [0.9, 0.999], epsilon = 1e-8, weightDecay = 1e-2 } = spec;
  const state = openState(["first", "second"]);
  const { first, second } = state.slots;
  return {
    ...state.handles,
    step: (name, value, gradient, lr) =>
      tf.tidy(() => {
        const t = state.countStep(name);
        const m = first.set(name, movingMean(first.get(name), gradient, b1));
        const v = second.set(name, movingMean(second.get(name), tf.square(gradient), b2));
        const root = tf.add(tf.sqrt(tf.div(v, 1 - b2 ** t)), epsilon);
        const move = tf.div(tf.div(m, 1 - b1 ** t), root);
        return tf.sub(tf.mul(value, 1 - lr * weightDecay), tf.mul(move, lr));
      }),
  };
}

function movingMean(before: tf.Tensor | undefined, now: tf.Tensor, beta: number): tf.Tensor {
  const share = tf.mul(now, 1 - beta);
  return before ? tf.add(tf.mul(before, beta), share) : share;
}

/** Slots of tensors by parameter name, and the steps taken of each. */
function openState<Name extends string>(names: readonly Name[]) {
  const slots = Object.fromEntries(names.map((name) => [name, openSlot()])) as Record<Name, Slot>;
  const steps = new Map<string, number>();
  const handles = {
    read: (): OptimizerState => ({
      slots: Object.fromEntries(names.map((name) => [name, slots[name].read()])),
      steps: Object.fromEntries(steps),
    }),
    restore: (state: OptimizerState) => {
      for (const name of names) slots[name].restore(state.slots[name] ?? {});
      for (const [name, count] of Object.entries(state.steps)) steps.set(name, count);
    },
    dispose: () => {
      for (const name of names) slots[name].dispose();
    },
  };
  const countStep = (name: string): number => {
    const t = (steps.get(name) ?? 0) + 1;
    steps.set(name, t);
    return t;
  };
  return { slots, handles, countStep };
}

type Slot = ReturnType<typeof openSlot>;

/** Tensors by parameter name that outlive the step. */
function openSlot() {
  const held = new Map<string, tf.Tensor>();
  const set = (name: string, tensor: tf.Tensor): tf.Tensor => {
    const own = tf.keep(tensor.clone());
    held.get(name)?.dispose();
    held.set(name, own);
    return own;
  };
  return {
    get: (name: string) => held.get(name),
    set,
    read: (): Record<string, SlotValue> =>
      Object.fromEntries(
        [...held].map(([name, tensor]) => [
          name,
          { shape: tensor.shape, data: tensor.dataSync<"float32">().slice() },
        ]),
      ),
    restore: (values: Readonly<Record<string, SlotValue>>) => {
      for (const [name, { shape, data }] of Object.entries(values))
        tf.tidy(() => void set(name, tf.tensor(data, [...shape])));
    },
    dispose: () => {
      tf.dispose([...held.values()]);
      held.clear();
    },
  };
}

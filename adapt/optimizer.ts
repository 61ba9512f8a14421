/**
 * Optimizers as PyTorch defines them, with state kept by parameter name: freezing or thawing a parameter cannot give
 * it another's momentum.
 */
import * as tf from "@tensorflow/tfjs";

export interface Optimizer {
  /** The parameter after one step, a new tensor. The state of `name` moves with it. */
  step(name: string, value: tf.Tensor, gradient: tf.Tensor, lr: number): tf.Tensor;
  dispose(): void;
}

export type OptimizerSpec =
  | { name: "sgd"; momentum?: number; weightDecay?: number }
  | { name: "adamw"; betas?: readonly [number, number]; epsilon?: number; weightDecay?: number };

export function createOptimizer(spec: OptimizerSpec): Optimizer {
  return spec.name === "sgd" ? sgd(spec) : adamW(spec);
}

/** v <- momentum v + (g + weightDecay w), w <- w - lr v. https://pytorch.org/docs/stable/generated/torch.optim.SGD.html */
function sgd({ momentum = 0.9, weightDecay = 0 }: Extract<OptimizerSpec, { name: "sgd" }>): Optimizer {
  const velocities = slots();
  return {
    step: (name, value, gradient, lr) =>
      tf.tidy(() => {
        const decayed = weightDecay ? tf.add(gradient, tf.mul(value, weightDecay)) : gradient;
        const before = velocities.get(name);
        const velocity = before ? tf.add(tf.mul(before, momentum), decayed) : decayed;
        if (momentum) velocities.set(name, velocity);
        return tf.sub(value, tf.mul(velocity, lr));
      }),
    dispose: velocities.dispose,
  };
}

/** Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2; bias-corrected moments. */
function adamW(spec: Extract<OptimizerSpec, { name: "adamw" }>): Optimizer {
  const { betas: [b1, b2] = [0.9, 0.999], epsilon = 1e-8, weightDecay = 1e-2 } = spec;
  const first = slots();
  const second = slots();
  const steps = new Map<string, number>();
  return {
    step: (name, value, gradient, lr) =>
      tf.tidy(() => {
        const t = (steps.get(name) ?? 0) + 1;
        steps.set(name, t);
        const m = first.set(name, movingMean(first.get(name), gradient, b1));
        const v = second.set(name, movingMean(second.get(name), tf.square(gradient), b2));
        const root = tf.add(tf.sqrt(tf.div(v, 1 - b2 ** t)), epsilon);
        const move = tf.div(tf.div(m, 1 - b1 ** t), root);
        return tf.sub(tf.mul(value, 1 - lr * weightDecay), tf.mul(move, lr));
      }),
    dispose: () => {
      first.dispose();
      second.dispose();
    },
  };
}

function movingMean(before: tf.Tensor | undefined, now: tf.Tensor, beta: number): tf.Tensor {
  const share = tf.mul(now, 1 - beta);
  return before ? tf.add(tf.mul(before, beta), share) : share;
}

/** Tensors by parameter name that outlive the step. */
function slots() {
  const held = new Map<string, tf.Tensor>();
  return {
    get: (name: string) => held.get(name),
    set: (name: string, tensor: tf.Tensor): tf.Tensor => {
      const own = tf.keep(tensor.clone());
      held.get(name)?.dispose();
      held.set(name, own);
      return own;
    },
    dispose: () => {
      tf.dispose([...held.values()]);
      held.clear();
    },
  };
}

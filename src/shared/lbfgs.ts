/** Minimisation of smooth convex functions. */

/** Returns the value at `x` and writes the gradient to `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

const MEMORY = 10;
const ARMIJO = 1e-4;
const SHORTEST_STEP = 1e-12;

interface Pair {
  step: Float64Array;
  change: Float64Array;
  rho: number;
}

/**
 * Limited-memory BFGS with a backtracking line search (Nocedal and Wright, Numerical Optimization, algorithm 7.5).
 * Stops where no gradient component exceeds `tolerance`.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-6, iterations = 1000 } = {},
): Float64Array {
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const memory: Pair[] = [];
  for (let i = 0; i < iterations && largest(gradient) > tolerance; i++) {
    const next = lineSearch(objective, x, value, gradient, direction(gradient, memory));
    if (!next) break;
    remember(memory, subtract(next.x, x), subtract(next.gradient, gradient));
    ({ x, value, gradient } = next);
  }
  return x;
}

function lineSearch(
  f: Objective,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  along: Float64Array,
) {
  const slope = dot(gradient, along);
  for (let size = 1; size > SHORTEST_STEP; size /= 2) {
    const at = x.map((v, i) => v + size * along[i]!);
    const there = new Float64Array(x.length);
    const found = f(at, there);
    if (found <= value + ARMIJO * size * slope) return { x: at, value: found, gradient: there };
  }
  return undefined;
}

/** The two-loop recursion: minus the inverse Hessian's estimate times the gradient. */
function direction(gradient: Float64Array, memory: readonly Pair[]): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas = memory.map(() => 0);
  for (let i = memory.length - 1; i >= 0; i--) {
    const { step, change, rho } = memory[i]!;
    alphas[i] = rho * dot(step, q);
    addScaled(q, change, -alphas[i]!);
  }
  scale(q, initialScale(gradient, memory.at(-1)));
  memory.forEach(({ step, change, rho }, i) => {
    addScaled(q, step, alphas[i]! - rho * dot(change, q));
  });
  return q;
}

function initialScale(gradient: Float64Array, last: Pair | undefined): number {
  if (!last) return 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
  return dot(last.step, last.change) / dot(last.change, last.change);
}

function remember(memory: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (curvature <= 0) return;
  memory.push({ step, change, rho: 1 / curvature });
  if (memory.length > MEMORY) memory.shift();
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((v, i) => v - b[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}

function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! *= factor;
}

function largest(a: Float64Array): number {
  return a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}

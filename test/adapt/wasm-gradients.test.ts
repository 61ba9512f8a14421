import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../adapt/backend/backend.js";
import { stream } from "../../src/shared/rng.js";

/** Input [n, h, w, c], kernel side, stride, padding, output channels (or channel multiplier where depthwise). */
type Case = [
  input: [number, number, number, number],
  kernel: number,
  stride: number,
  pad: "same" | "valid" | number,
  out: number,
];

const CASES: Case[] = [
  [[2, 8, 8, 3], 3, 1, "same", 4],
  [[2, 8, 8, 3], 3, 2, "same", 4],
  [[1, 7, 9, 2], 3, 2, "same", 3],
  [[1, 7, 9, 2], 3, 2, 1, 3],
  [[2, 8, 5, 3], 3, 2, 1, 2],
  [[1, 9, 9, 3], 5, 2, 2, 2],
  [[1, 11, 13, 2], 7, 4, 2, 3], // strides that leave rows unused
  [[2, 6, 6, 4], 1, 1, "valid", 5],
  [[2, 7, 7, 4], 1, 2, "valid", 5], // a kernel smaller than the stride
  [[1, 5, 5, 2], 3, 1, 2, 2], // padding as large as kernel - 1
  [[1, 6, 7, 2], 2, 1, "same", 2],
  [[1, 6, 7, 2], 3, 3, "valid", 2],
];

beforeAll(() => useBackend("wasm"));

function random(shape: number[], name: string): tf.Tensor {
  const draw = stream(1, name);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, () => draw.normal(0, 1)),
    shape,
  );
}

type Loss = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Scalar;

/** A loss whose output gradient differs from place to place. */
function lossOf(kind: string, [, , stride, pad]: Case): Loss {
  return (x, w) => {
    const y = kind === "conv2d" ? tf.conv2d(x, w, stride, pad) : tf.depthwiseConv2d(x, w, stride, pad);
    return tf.sum(tf.mul(y, tf.sin(y))) as tf.Scalar;
  };
}

function operands(kind: string, [input, kernel, , , out]: Case) {
  return () =>
    [random(input, "x"), random([kernel, kernel, input[3], out], `w${kind}`)] as [tf.Tensor4D, tf.Tensor4D];
}

async function gradients(backend: "wasm" | "cpu", kind: string, c: Case): Promise<[number[], number[]]> {
  await useBackend(backend);
  const [x, w] = operands(kind, c)();
  const [dx, dw] = tf.grads(lossOf(kind, c) as (...t: tf.Tensor[]) => tf.Tensor)([x, w]);
  return [Array.from(dx!.dataSync()), Array.from(dw!.dataSync())];
}

const worst = (a: number[], b: number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)));

describe.each(["conv2d", "depthwise"])("%s gradients on wasm", (kind) => {
  it.each(CASES)(
    "agree with the cpu backend: input %j, kernel %i, stride %i, padding %s, out %i",
    async (...c) => {
      const [dx, dw] = await gradients("wasm", kind, c);
      const [cpuDx, cpuDw] = await gradients("cpu", kind, c);
      expect(dx.length).toBe(cpuDx.length);
      expect(worst(dx, cpuDx)).toBeLessThan(1e-3);
      expect(worst(dw, cpuDw)).toBeLessThan(1e-3);
    },
  );

  it.each([CASES[2]!, CASES[6]!])(
    "agree with finite differences: input %j, kernel %i, stride %i",
    async (...c) => {
      const [dx, dw] = await gradients("wasm", kind, c);
      const [x, w] = operands(kind, c)();
      const loss = lossOf(kind, c);
      for (const [t, gradient, other] of [
        [x, dx, "w"],
        [w, dw, "x"],
      ] as const)
        for (const i of [0, 3, t.size - 1]) {
          const nudged = (by: number) => {
            const values = t.dataSync().slice();
            values[i] = values[i]! + by;
            const moved = tf.tensor(values, t.shape) as tf.Tensor4D;
            return (other === "w" ? loss(moved, w) : loss(x, moved)).dataSync()[0]!;
          };
          const slope = (nudged(1e-2) - nudged(-1e-2)) / 2e-2;
          expect(Math.abs(slope - gradient[i]!)).toBeLessThan(0.02 * Math.max(1, Math.abs(slope)));
        }
    },
  );
});

describe("matMul on wasm", () => {
  it.each([
    [[3, 4], [3, 5], true, false],
    [[4, 3], [5, 3], false, true],
    [[3, 4], [5, 3], true, true],
    [[2, 3, 4], [2, 3, 5], true, false],
  ] as const)("of %j and %j, transposed %s and %s, agrees with cpu", async (a, b, transposeA, transposeB) => {
    const product = () =>
      Array.from(tf.matMul(random([...a], "a"), random([...b], "b"), transposeA, transposeB).dataSync());
    await useBackend("wasm");
    const onWasm = product();
    await useBackend("cpu");
    expect(worst(onWasm, product())).toBeLessThan(1e-5);
  });
});

describe("sum on wasm", () => {
  it.each([
    [[3, 4, 5], [0, 1], false],
    [[3, 4, 5], [0], true],
    [[3, 4, 5], [1, 2], false],
    [[3, 4], [1], true],
    [[3, 4], [0, 1], false],
    [[0, 4], [0], false],
  ] as const)("of %j over %j, axes kept %s, agrees with cpu", async (shape, axes, keep) => {
    const sum = () => {
      const total = tf.sum(random([...shape], "s"), [...axes], keep);
      return { shape: total.shape, values: Array.from(total.dataSync()) };
    };
    await useBackend("wasm");
    const onWasm = sum();
    await useBackend("cpu");
    const onCpu = sum();
    expect(onWasm.shape).toEqual(onCpu.shape);
    expect(onWasm.values).toHaveLength(onCpu.values.length);
    onWasm.values.forEach((v, i) => {
      expect(Math.abs(v - onCpu.values[i]!)).toBeLessThan(1e-5);
    });
  });
});

it("leaks no tensor", async () => {
  await useBackend("wasm");
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const [x, w] = operands("conv2d", CASES[3]!)();
    tf.dispose(tf.grads(lossOf("conv2d", CASES[3]!) as (...t: tf.Tensor[]) => tf.Tensor)([x, w]));
  });
  expect(tf.memory().numTensors).toBe(before);
});

/**
 * What every engine has to compute alike, whichever of them work here. The adapter's other tests run on the one that
 * ANTBEE_BACKEND names, and are run once for each.
 */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type BackendName, useBackend } from "../../adapt/backend/backend.js";
import { layerFolders } from "../../adapt/images/activation-files.js";
import { randomResizedCrop } from "../../adapt/images/augmentation.js";
import { fusedConv } from "../../adapt/layers/fused-conv.js";
import type { Trained } from "../../adapt/training/train.js";
import { stream } from "../../src/shared/rng.js";
import { ENGINES } from "./engines.js";
import { trainForResume } from "./resume-training.js";
import { type Pool, slowPool, slowPoolGradient } from "./slow-pools.js";
import { tinyModel } from "./tiny.js";

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

async function gradients(engine: BackendName, kind: string, c: Case): Promise<[number[], number[]]> {
  await useBackend(engine);
  const [x, w] = operands(kind, c)();
  const [dx, dw] = tf.grads(lossOf(kind, c) as (...t: tf.Tensor[]) => tf.Tensor)([x, w]);
  return [Array.from(dx!.dataSync()), Array.from(dw!.dataSync())];
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i]!)));

/** The cpu engine, in plain JavaScript, is what the others are held against; it is held against finite differences. */
const OTHERS: readonly BackendName[] = ENGINES.filter((name) => name !== "cpu");

describe.each(ENGINES.flatMap((engine) => ["conv2d", "depthwise"].map((kind) => ({ engine, kind }))))(
  "$kind gradients on $engine",
  ({ engine, kind }) => {
    it.each(engine === "cpu" ? [] : CASES)(
      "agree with the cpu engine within 1e-3: input %j, kernel %i, stride %i, padding %s, out %i",
      async (...c) => {
        const [dx, dw] = await gradients(engine, kind, c);
        const [cpuDx, cpuDw] = await gradients("cpu", kind, c);
        expect(dx.length).toBe(cpuDx.length);
        expect(worst(dx, cpuDx)).toBeLessThan(1e-3);
        expect(worst(dw, cpuDw)).toBeLessThan(1e-3);
      },
    );

    it.each([CASES[2]!, CASES[6]!])(
      "agree with finite differences within 2 %: input %j, kernel %i, stride %i",
      async (...c) => {
        const [dx, dw] = await gradients(engine, kind, c);
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
  },
);

/** Windows that the padding cuts, that overlap, that leave rows unused, that reach over one edge alone. */
const POOLS: Pool[] = [
  {
    shape: [2, 7, 7, 3],
    kernel: 3,
    stride: 2,
    pad: [
      [1, 1],
      [1, 1],
    ],
  },
  {
    shape: [1, 6, 9, 2],
    kernel: 2,
    stride: 2,
    pad: [
      [0, 1],
      [1, 0],
    ],
  },
  {
    shape: [2, 8, 5, 2],
    kernel: 3,
    stride: 1,
    pad: [
      [1, 0],
      [0, 2],
    ],
  },
  {
    shape: [1, 8, 8, 1],
    kernel: 2,
    stride: 3,
    pad: [
      [0, 0],
      [0, 0],
    ],
  },
];

describe.each(ENGINES)("pools on %s", (engine) => {
  beforeAll(() => useBackend(engine));

  const pooled = (kind: "max" | "avg", x: tf.Tensor, { kernel, stride, pad }: Pool) => {
    const padding = [[0, 0], ...pad, [0, 0]] as unknown as tf.backend_util.ExplicitPadding;
    return (kind === "max" ? tf.maxPool : tf.avgPool)(x as tf.Tensor4D, kernel, stride, padding);
  };

  it.each(POOLS.flatMap((pool) => (["max", "avg"] as const).map((kind) => ({ kind, ...pool }))))(
    "of $kind are those of the slow form within 1e-5: $shape, kernel $kernel, stride $stride, padding $pad",
    ({ kind, ...pool }) => {
      const x = tf.relu(random([...pool.shape], "p")); // with equal largest ones, and none below the padding's zero
      const [gradient] = tf.grads((input) => {
        const y = pooled(kind, input!, pool);
        return tf.sum(tf.mul(y, tf.sin(y)));
      })([x]);
      const outputs = slowPool(kind, x.dataSync(), pool);
      expect(worst(pooled(kind, x, pool).dataSync(), outputs)).toBeLessThan(1e-5);
      // tfjs' own gradient of an average divides by the window, padding and all; no network of antbee's needs it.
      if (kind === "avg" && engine !== "tensorflow" && pool.pad.flat().some(Boolean)) return;
      const dy = outputs.map((y) => Math.sin(y) + y * Math.cos(y));
      expect(worst(gradient!.dataSync(), slowPoolGradient(kind, x.dataSync(), dy, pool))).toBeLessThan(1e-5);
    },
  );
});

describe.each(ENGINES)("rectifiers on %s", (engine) => {
  beforeAll(() => useBackend(engine));

  it.each([
    ["ReLU", tf.relu, [0, 0, 0, 1, 1, 1, 1, 1]],
    ["ReLU6", tf.relu6, [0, 0, 0, 1, 1, 1, 0, 0]],
  ] as const)("%s passes gradients between its kinks alone", (_name, rectify, passed) => {
    const x = tf.tensor1d([-7, -1e-3, 0, 1e-3, 3, 5.999, 6, 8]);
    const dy = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]);
    const gradient = tf.grad((input) => rectify(input))(x, dy);
    expect(Array.from(gradient.dataSync())).toEqual(passed.map((share, i) => share * (i + 1)));
  });

  it.each(["relu", "relu6"] as const)(
    "convolutions with %s in them have the gradients of both",
    (activation) => {
      const inputs = [random([2, 6, 6, 3], "x"), random([3, 3, 3, 4], "w"), random([4], "b")];
      const whole = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
        fusedConv({ x, filter, bias, stride: 1, pad: 1, depthwise: false, activation });
      const parts = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
        (activation === "relu" ? tf.relu : tf.relu6)(
          tf.add(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 1), bias),
        );
      const gradientsOf = (run: typeof whole) =>
        tf
          .grads((x, w, b) => tf.sum(tf.square(run(x!, w!, b!))))(inputs)
          .map((g) => Array.from(g.dataSync()));
      const [found, wanted] = [gradientsOf(whole), gradientsOf(parts)];
      for (const [i, values] of wanted.entries()) expect(worst(found[i]!, values)).toBeLessThan(1e-4);
    },
  );
});

describe.each(OTHERS)("%s", (engine) => {
  it.each([
    [[3, 4], [3, 5], true, false],
    [[4, 3], [5, 3], false, true],
    [[3, 4], [5, 3], true, true],
    [[2, 3, 4], [2, 3, 5], true, false],
  ] as const)(
    "multiplies %j and %j, transposed %s and %s, as cpu does",
    async (a, b, transposeA, transposeB) => {
      const product = () =>
        Array.from(tf.matMul(random([...a], "a"), random([...b], "b"), transposeA, transposeB).dataSync());
      await useBackend(engine);
      const found = product();
      await useBackend("cpu");
      expect(worst(found, product())).toBeLessThan(1e-5);
    },
  );

  it.each([
    [[3, 4, 5], [0, 1], false],
    [[3, 4, 5], [0], true],
    [[3, 4, 5], [1, 2], false],
    [[3, 4], [1], true],
    [[3, 4], [0, 1], false],
    [[0, 4], [0], false],
  ] as const)("sums %j over %j, axes kept %s, as cpu does", async (shape, axes, keep) => {
    const sum = () => {
      const total = tf.sum(random([...shape], "s"), [...axes], keep);
      return { shape: total.shape, values: Array.from(total.dataSync()) };
    };
    await useBackend(engine);
    const found = sum();
    await useBackend("cpu");
    const onCpu = sum();
    expect(found.shape).toEqual(onCpu.shape);
    expect(found.values).toHaveLength(onCpu.values.length);
    expect(worst(found.values, onCpu.values)).toBeLessThan(1e-5);
  });

  it.each([1, 2])(
    "has the filter gradients of a large batch: its images' summed, at stride %i",
    async (stride) => {
      await useBackend(engine);
      const [x, w] = [
        random([4, 45 * stride, 50 * stride, 16], "x"),
        random([9, 9, 16, 2], "w"),
      ] as tf.Tensor4D[];
      const gradient = (images: tf.Tensor4D) =>
        tf.grad((filter) => tf.sum(tf.square(tf.conv2d(images, filter as tf.Tensor4D, stride, 4))))(w!);
      const parts = tf.addN(tf.split(x!, 4).map((image) => gradient(image as tf.Tensor4D))).dataSync();
      expect(
        worst(gradient(x!).dataSync(), parts) /
          worst(
            parts,
            parts.map(() => 0),
          ),
      ).toBeLessThan(1e-5);
    },
  );

  it.each([
    ["max pool", (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 1)],
    ["average pool", (x: tf.Tensor4D) => tf.avgPool(x, 3, 2, 1)],
    ["convolution", (x: tf.Tensor4D) => tf.conv2d(x, random([3, 3, 3, 2], "w") as tf.Tensor4D, 2, 1)],
  ] as const)("leaves no tensor behind a %s and its gradient", async (_name, apply) => {
    await useBackend(engine);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = random([2, 8, 8, 3], "x") as tf.Tensor4D;
      tf.dispose(tf.grads((input) => tf.sum(apply(input as tf.Tensor4D)))([x]));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("ends the same training where cpu ends it: losses within 1e-5, weights within 1e-5 of the largest", async () => {
    const onEngine = await trainedOn(engine);
    const onCpu = await trainedOn("cpu");
    const losses = ({ history }: Trained) => history.flatMap((r) => [r.trainLoss, r.valLoss!]);
    expect(worst(losses(onEngine), losses(onCpu))).toBeLessThan(1e-5);
    for (const [name, { data }] of Object.entries(onCpu.weights)) {
      const largest = data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      expect(worst(onEngine.weights[name]!.data, data) / largest, name).toBeLessThan(1e-5);
    }
  });
});

it("keeps the activations of engines apart, and wasm's under the name they always had", async () => {
  const names: (string | undefined)[] = [];
  for (const engine of ENGINES) {
    await useBackend(engine);
    names.push(layerFolders(tinyModel(), randomResizedCrop()).get("pool"));
  }
  expect(new Set(names).size).toBe(ENGINES.length);
  expect(names[ENGINES.indexOf("wasm")]).toBe("tiny-pool-ccaaa997a2604592");
});

async function trainedOn(engine: BackendName): Promise<Trained> {
  vi.stubEnv("ANTBEE_BACKEND", engine);
  try {
    return await trainForResume(undefined);
  } finally {
    vi.unstubAllEnvs();
  }
}

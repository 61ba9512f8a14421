import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { type BackendName, useBackend } from "../../adapt/backend/backend.js";
import { refuseTraining, whyNotWebgpu } from "../../adapt/backend/webgpu.js";
import { forward, parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { train } from "../../adapt/training/train.js";
import { fault } from "../support.js";
import { formulaWeights, noise } from "./formula.js";
import { clouds, madeUp } from "./made-up.js";
import { tinyModel } from "./tiny.js";

const problem = await whyNotWebgpu();
if (problem) console.warn(`skipping the tests on a WebGPU device: ${problem}`);

it.skipIf(!problem)("is refused in a sentence where packages or a device are missing", async () => {
  await expect(useBackend("webgpu")).rejects.toMatchObject(
    fault(
      1,
      /^backend: "webgpu" does not work here: (no WebGPU device was found|it needs packages that are not installed: npm install webgpu @tensorflow\/tfjs-backend-webgpu)$/,
    ),
  );
});

it("is never taken where none is named", async () => {
  expect(await useBackend("auto")).not.toBe("webgpu");
});

it("trains nothing, in a sentence", () => {
  for (const name of ["tensorflow", "wasm", "cpu"] as const) expect(() => refuseTraining(name)).not.toThrow();
  expect(() => refuseTraining("webgpu")).toThrow(/^backend: "webgpu" runs networks and cannot train them; /);
});

it.skipIf(problem)("refuses a training before it reads anything", async () => {
  await useBackend("webgpu");
  const on = madeUp("webgpu", 4, "pool", [6, 6, 8], clouds);
  await expect(train(tinyModel(), { on, train: "head", lr: 1e-3, epochs: 1 })).rejects.toMatchObject(
    fault(1, /^backend: "webgpu" runs networks and cannot train them/),
  );
});

it.skipIf(problem).each(["squeezenet1_1", "tf_mobilenet_v2"])(
  "has the outputs of %s that cpu has, within 1e-4 of the largest",
  async (name) => {
    const outputs = async (backend: BackendName) => {
      await useBackend(backend);
      const network = backboneDefinition(name).network(2);
      const specs = parametersOf(network);
      const x = tf.tensor4d(Float32Array.from(noise("webgpu", 2 * 32 * 32 * 3)), [2, 32, 32, 3]);
      return tf.tidy(() => forward(network, toParams(formulaWeights(specs), specs), x)).data();
    };
    const [found, wanted] = [await outputs("webgpu"), await outputs("cpu")];
    const largest = Math.max(...Array.from(wanted, Math.abs));
    for (const [i, value] of wanted.entries())
      expect(Math.abs(found[i]! - value) / largest).toBeLessThan(1e-4);
  },
);

import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../adapt/backbones/checkpoint.js";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { headSpecs, type Model, withHead } from "../../adapt/backbones/model.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { forward, parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { fault, temporaryFolder } from "../support.js";
import { formulaWeights, noise } from "./formula.js";
import { CLASSES, formulaBackbone } from "./made-up.js";
import { HAS_TORCH, PYTHON } from "./python.js";

beforeAll(() => useBackend());

describe("a checkpoint", () => {
  const model = withHead(formulaBackbone(), CLASSES, 0);

  it("comes back as it was saved", async () => {
    const path = join(await temporaryFolder(), "checkpoint.safetensors");
    await saveCheckpoint(path, model, { pretrained: "abc" });
    const loaded = await loadCheckpoint(path);
    expect(Object.keys(loaded.weights)).toEqual(Object.keys(parametersOf(model.network)));
    for (const [name, { shape, data }] of Object.entries(model.weights)) {
      expect(loaded.weights[name]!.shape).toEqual(shape);
      expect(Buffer.from(loaded.weights[name]!.data.buffer).equals(Buffer.from(data.buffer)), name).toBe(
        true,
      );
    }
    expect(loaded).toMatchObject({
      classes: CLASSES,
      card: { name: "tf_mobilenet_v2" },
      metadata: { pretrained: "abc" },
    });
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is refused where it is none, or lacks a tensor", async () => {
    const path = join(await temporaryFolder(), "other.safetensors");
    await writeSafetensors(path, model.weights);
    await expect(loadCheckpoint(path)).rejects.toMatchObject(fault(2, /a checkpoint of antbee's/));
    const { "features.0.0.weight": _gone, ...rest } = model.weights;
    await writeSafetensors(path, rest, {
      kind: "antbee-checkpoint-1",
      backbone: "tf_mobilenet_v2",
      classes: '["a","b"]',
    });
    await expect(loadCheckpoint(path)).rejects.toMatchObject(fault(2, /features\.0\.0\.weight/));
    await writeFile(path, "x");
    await expect(loadCheckpoint(path)).rejects.toMatchObject({ exitCode: 2 });
  });

  describe.skipIf(!HAS_TORCH)(`in torchvision (needs ${PYTHON} with torchvision)`, () => {
    it.each(["mobilenet_v2", "resnet18", "squeezenet1_0", "densenet121"] as const)(
      "of %s loads strictly, with the same logits",
      async (name) => {
        const definition = backboneDefinition(name);
        const network = definition.network(2);
        const specs = parametersOf(network);
        const weights = formulaWeights(specs);
        const path = join(await temporaryFolder(), "checkpoint.safetensors");
        const pretrained = { weights, path };
        const { card } = definition;
        const model: Model = { definition, card, network, classes: CLASSES, weights, pretrained };
        await saveCheckpoint(path, model);
        const input = Float32Array.from(noise("input", 64 * 64 * 3));
        const script = fileURLToPath(new URL("../fixtures/adapt/load_checkpoint.py", import.meta.url));
        const run = spawnSync(PYTHON, [script, path, "64"], {
          input: JSON.stringify(Array.from(input)),
          encoding: "utf8",
        });
        expect(run.stderr).toBe("");
        const params = toParams(model.weights, specs);
        const logits = forward(network, params, tf.tensor4d(input, [1, 64, 64, 3])).dataSync();
        (JSON.parse(run.stdout) as number[]).forEach((v, i) => {
          expect(Math.abs(v - logits[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(v)));
        });
      },
    );
  });
});

describe("a new head", () => {
  const backbone = formulaBackbone();
  const head = (seed: number) => withHead(backbone, CLASSES, seed).weights["classifier.1.weight"]!;

  it("is drawn from the seed, within PyTorch's bounds, and replaces the old one alone", () => {
    expect(head(0)).toEqual(head(0));
    expect(head(0)).not.toEqual(head(1));
    expect(head(0).shape).toEqual([2, 1280]);
    const largest = Math.max(...head(0).data.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(1280));
    expect(largest).toBeGreaterThan(0.95 / Math.sqrt(1280));
    const model = withHead(backbone, CLASSES, 0);
    expect(Object.keys(headSpecs(model.card, model.network))).toEqual([
      "classifier.1.weight",
      "classifier.1.bias",
    ]);
    expect(model.weights["features.0.0.weight"]).toBe(backbone.weights["features.0.0.weight"]);
  });
});

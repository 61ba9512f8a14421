/** antbee's side: one full fine-tuning step of ResNet18 at batch 8, on wasm with a thread a core. `tsx resnet-step.ts` */
import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs-core";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { toParams } from "../../adapt/layers/parameters.js";
import { openGradientWorkers } from "../../adapt/training/gradient-workers.js";
import { createOptimizer } from "../../adapt/training/optimizer.js";
import { formulaWeights } from "../adapt/formula.js";
import { stopwatch } from "./stopwatch.js";

const BATCH = 8;
const STEPS = 7;
const INPUT = [224, 224, 3];

const threads = (await useBackend()) === "wasm" ? availableParallelism() : 1;
const definition = backboneDefinition("resnet18");
const network = definition.network(2);
const specs = parametersOf(network);
const params: Record<string, tf.Tensor> = { ...toParams(formulaWeights(specs), specs) };
const names = Object.keys(specs).filter((name) => specs[name]!.trainable);
const optimizer = createOptimizer({ name: "sgd" });
const workers = await openGradientWorkers({ definition, network, classes: ["ants", "bees"] }, params, {
  split: network[0]!.name,
  input: INPUT,
  batch: BATCH,
  threads,
});
const x = tf.randomNormal([BATCH, ...INPUT]);
const labels = tf.zeros([BATCH], "int32") as tf.Tensor1D;
const watch = stopwatch();
for (let i = 0; i < STEPS; i++) {
  const stop = watch.start();
  const { gradients } = await workers.gradients(params, names, { x, labels, dropout: [0, i] });
  for (const name of names) {
    const before = params[name]!;
    params[name] = optimizer.step(name, before, gradients[name]!, 1e-3);
    tf.dispose([before, gradients[name]!]);
  }
  params[names[0]!]!.dataSync(); // what is still to be computed counts
  stop();
}
await workers.close();
console.log(JSON.stringify(watch.medians()));

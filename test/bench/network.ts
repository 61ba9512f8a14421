/**
 * antbee's side: steps of a network at 224 pixels on made-up images, dropout off.
 * `tsx network.ts NETWORK forward|frozen|fine-tuned BATCH STEPS WEIGHTS`
 */
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { readWeights } from "../../adapt/backbones/load.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { RATES, type Steps, takeSteps } from "../adapt/steps.js";
import { stopwatch } from "./stopwatch.js";

const [network, how, batch, steps, path] = process.argv.slice(2) as [string, Steps["how"], ...string[]];
await useBackend();
const weights = await readWeights(backboneDefinition(network), path!);
const watch = stopwatch();
const plan = { network, how, batch: Number(batch), steps: Number(steps), side: 224, lr: RATES[how] };
const losses = takeSteps(plan, weights, watch.run);
console.log(JSON.stringify({ losses, ...watch.medians() }));

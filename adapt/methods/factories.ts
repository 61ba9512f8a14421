/** Methods with options other than the registry's: `cdan({ weight: 0.1 })` is a method like any other. */
export { cdan } from "./cdan.js";
export { dan } from "./dan.js";
export { dann } from "./dann.js";
export { deepCoral } from "./deep-coral.js";
export { entropyMinimisation } from "./entropy-minimisation.js";
export { fixmatch } from "./fixmatch.js";
export { informationMaximisation } from "./information-maximisation.js";
export { mcc } from "./mcc.js";
export { fewShot, fineTuning } from "./replay.js";
export { selfTraining } from "./self-training.js";
export { tent } from "./tent.js";

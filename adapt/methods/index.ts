/** Methods by their own names: `dann({ weight: 0.5, from: "features.18" })`. The registry holds them by file name. */
export { adabn } from "./adabn.js";
export { cdan } from "./cdan.js";
export { coral } from "./coral.js";
export { dan } from "./dan.js";
export { dann } from "./dann.js";
export { deepCoral } from "./deep-coral.js";
export { entropyMinimisation } from "./entropy-minimisation.js";
export { featureStatistics } from "./feature-statistics.js";
export { fixmatch } from "./fixmatch.js";
export { informationMaximisation } from "./information-maximisation.js";
export { mcc } from "./mcc.js";
export { prototypes } from "./prototypes.js";
export { fewShot, fineTuning } from "./replay.js";
export { fewShotSelfTraining, selfTraining } from "./self-training.js";
export { sourceOnly } from "./source-only.js";
export { tent } from "./tent.js";

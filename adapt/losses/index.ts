/** The losses, for objectives of one's own. */
export { domainLoss, multilinearMap, reversalWeight, reverseGradient } from "./adversarial.js";
export { classConfusion } from "./class-confusion.js";
export { consistencyLoss } from "./consistency.js";
export { coralLoss } from "./coral.js";
export { crossEntropy } from "./cross-entropy.js";
export { informationMaximisation, meanEntropy } from "./entropy.js";
export { mmdLoss } from "./mmd.js";

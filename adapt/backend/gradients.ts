/**
 * The gradients of TensorFlow.js' operations. The core package brings none to Node, the umbrella package registers them
 * all; it is loaded when a backend is chosen rather than with every import of antbee, and its types, which do not hold in
 * strict projects, stay out of antbee's own.
 */
import { createRequire } from "node:module";
import { registerReluGradients } from "./relu-gradient.js";

let registered = false;

export function registerGradients(): void {
  if (registered) return;
  registered = true;
  createRequire(import.meta.url)("@tensorflow/tfjs");
  registerReluGradients();
}

/** The weight file that worker processes read a frozen prefix from. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "../backbones/model.js";
import { parametersOf } from "../layers/network.js";
import type { Weights } from "../layers/parameters.js";
import { writeSafetensors } from "../weights/safetensors.js";

const written = new WeakMap<Weights, Promise<string>>();
let files = 0;
let folder: string | undefined;

/** The pretrained weights' own file as long as nothing before the layer has moved, else one of the process's own. */
export async function prefixFile(
  { network, weights, pretrained }: Pick<Model, "network" | "weights" | "pretrained">,
  layer: string,
): Promise<string> {
  const names = Object.keys(parametersOf(network, { to: layer }));
  if (names.every((name) => weights[name] === pretrained.weights[name])) return pretrained.path;
  const known = written.get(weights) ?? write(weights);
  written.set(weights, known);
  return known;
}

async function write(weights: Weights): Promise<string> {
  const path = join(scratchFolder(), `prefix-${files++}.safetensors`);
  await writeSafetensors(path, weights);
  return path;
}

/** Goes with the process. */
function scratchFolder(): string {
  if (folder) return folder;
  const made = mkdtempSync(join(tmpdir(), "antbee-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}

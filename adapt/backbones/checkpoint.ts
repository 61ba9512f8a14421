/**
 * Checkpoints: safetensors under torchvision's names, whole, so that PyTorch takes them with
 * `model.load_state_dict(load_file(path), strict=True)`.
 */
import { z } from "zod";
import { invalid, note } from "../../src/shared/errors.js";
import { parseJson, sha256File } from "../../src/shared/files.js";
import { check } from "../../src/shared/schema.js";
import { parametersOf } from "../layers/network.js";
import type { Weights } from "../layers/parameters.js";
import { checkWeights } from "../weights/check.js";
import { readSafetensors, writeSafetensors } from "../weights/safetensors.js";
import type { BackboneDefinition } from "./card.js";
import { backboneDefinition } from "./definition.js";
import type { Backbone } from "./load.js";
import type { Model } from "./model.js";

/** A model read from a file, and what the file said. */
export interface Checkpoint extends Model {
  path: string;
  sha256: string;
  metadata: Readonly<Record<string, string>>;
}

/** What a checkpoint cannot hold itself. */
export interface CheckpointOptions {
  /** A network of one's own: a checkpoint holds no code, so what is not in the registry has to be given. */
  definition?: BackboneDefinition;
  /** What the training began with: weights equal to these become the very same arrays, and count as unmoved. */
  backbone?: Pick<Backbone, "weights" | "path">;
}

const KIND = "antbee-checkpoint-1";

/**
 * Writes a model whole, or not at all.
 * @param metadata more to keep in the file, such as the hash of the weights that the training began with
 */
export async function saveCheckpoint(
  path: string,
  { card, network, weights, classes }: Model,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const names = Object.keys(parametersOf(network));
  const ordered = Object.fromEntries(names.map((name) => [name, weights[name]!]));
  const own = { kind: KIND, backbone: card.name, classes: JSON.stringify(classes) };
  await writeSafetensors(path, ordered, { ...metadata, ...own });
}

/** @throws bad input for a file that is no checkpoint, is damaged, is another network's, or lacks a tensor */
export async function loadCheckpoint(path: string, options: CheckpointOptions = {}): Promise<Checkpoint> {
  const { weights: read, metadata } = await readSafetensors(path);
  if (metadata.kind !== KIND) throw invalid(path, "a checkpoint of antbee's", note("other weights"));
  const definition = options.definition ?? backboneDefinition(metadata.backbone ?? "");
  const { card } = definition;
  if (card.name !== metadata.backbone)
    throw invalid(path, `a checkpoint of ${card.name}`, note(`one of ${metadata.backbone}`));
  const classes = classesIn(path, metadata.classes);
  const network = definition.network(classes.length);
  checkWeights(path, read, parametersOf(network));
  const weights = options.backbone ? shareWeights(read, options.backbone.weights) : read;
  const pretrained = options.backbone ?? { weights, path };
  return {
    definition,
    card,
    network,
    weights,
    classes,
    pretrained,
    path,
    sha256: await sha256File(path),
    metadata,
  };
}

function classesIn(path: string, text = ""): string[] {
  const where = `${path}: classes`;
  return check(z.array(z.string().min(1)).min(1), parseJson(text, where), where);
}

/** One copy in memory of what has not moved, and a frozen prefix is seen as one. */
function shareWeights(loaded: Weights, known: Weights): Weights {
  const bytes = ({ data }: { data: Float32Array }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const entries = Object.entries(loaded).map(([name, weight]) => {
    const twin = known[name];
    return [name, twin && bytes(twin).equals(bytes(weight)) ? twin : weight] as const;
  });
  return Object.fromEntries(entries);
}

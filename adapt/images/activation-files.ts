/**
 * Cached activations on disk: one file per (network before a layer, preprocessing, image, view). Numbers are
 * little-endian: rank, dimensions (uint32), values (float32, or float16 in files that end so), CRC-32 of all before.
 */
import { createHash, type Hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { explainSystemError } from "../../src/shared/errors.js";
import { canonicalJson, sha256 } from "../../src/shared/files.js";
import { makeFolder } from "../../src/shared/folders.js";
import { closeTemporary, openTemporary } from "../../src/shared/temporary.js";
import { whileStaleSync } from "../../src/shared/units/patience.js";
import { identityOf as definitionIdentity } from "../backbones/definition.js";
import type { Model } from "../backbones/model.js";
import { engineInUse, engineKey } from "../backend/backend.js";
import { type Network, stageIndex } from "../layers/network.js";
import { sizeOf, type Weights } from "../layers/parameters.js";
import { floatToHalf, halfToFloat } from "../weights/half.js";
import { type Augmentation, identityOf, RANDOM_RESIZED_CROP } from "./augmentation.js";

export interface Activation {
  /** Without the batch axis. */
  shape: number[];
  data: Float32Array;
}

const SINGLE = ".f32";
const HALF = ".f16";

/** Changes whenever decoding, resizing or the file format does. */
const FORMAT = 1;

/** What activations are computed by: a network and its weights. */
export type EmbeddingNetwork = Pick<Model, "definition" | "card" | "network" | "weights">;

/**
 * The cache folder's name for every stage that activations can enter, in network order. It depends on the parameters
 * before the stage alone, so that networks which differ only behind it share their activations, and on the engine in use.
 */
export function layerFolders(
  network: EmbeddingNetwork,
  augmentation: Augmentation,
): ReadonlyMap<string, string> {
  const known = folderNames.get(network.weights) ?? new Map<string, ReadonlyMap<string, string>>();
  folderNames.set(network.weights, known);
  const stages = network.network.map(({ name }) => name); // a method may have put one in
  const engine = engineKey(engineInUse());
  const key = canonicalJson({ stages, augmentation: identityOf(augmentation), ...engine });
  const folders = known.get(key) ?? nameFolders(network, augmentation);
  known.set(key, folders);
  return folders;
}

/** By weights, then by stages, augmentation and engine: to hash a large network takes a second. */
const folderNames = new WeakMap<Weights, Map<string, ReadonlyMap<string, string>>>();

function nameFolders({ definition, card, network, weights }: EmbeddingNetwork, augmentation: Augmentation) {
  const hash = createHash("sha256");
  const { name, preprocessing, padding } = card;
  const augmented =
    augmentation.name === RANDOM_RESIZED_CROP ? {} : { augmentation: identityOf(augmentation) };
  const folders = new Map<string, string>();
  for (const { name: stage, parameters } of network) {
    const prefix = hash.copy().digest("hex");
    const key = {
      format: FORMAT,
      name,
      preprocessing,
      padding,
      cut: stage,
      prefix,
      ...augmented,
      ...definitionIdentity(definition),
      ...engineKey(engineInUse()),
    };
    folders.set(stage, `${name}-${stage}-${sha256(canonicalJson(key)).slice(0, 16)}`);
    addToHash(hash, Object.keys(parameters), weights);
  }
  return folders;
}

/** The stages before one, the nearest first. */
export function earlierStages(network: Network, stage: string): string[] {
  return network
    .slice(0, stageIndex(network, stage))
    .map((s) => s.name)
    .reverse();
}

/** How values are kept: float16 halves the disk, and rounds them to 11 bits. */
export type Precision = "float32" | "float16";

/** An image's view. */
interface ImageView {
  sha256: string;
  view: number;
  precision: Precision;
}

export function activationPath(
  cacheDir: string,
  folder: string,
  { sha256, view, precision }: ImageView,
): string {
  const ending = precision === "float16" ? HALF : SINGLE;
  return join(cacheDir, folder, sha256.slice(0, 2), `${sha256}-${view}${ending}`);
}

/** Reads an activation; null where it is absent, cut short or damaged, so that it is computed again. */
export function readActivation(path: string): Activation | null {
  try {
    return readWholeActivation(path);
  } catch {
    return null;
  }
}

/** Reads an activation that is known to be there. @returns null where it is damaged */
export function readWholeActivation(path: string): Activation | null {
  const bytes = whileStaleSync(() => readFileSync(path));
  return decode(bytes, path.endsWith(HALF));
}

/**
 * Writes under a temporary name and renames. Without a sync, for speed: what a power cut may leave half-written fails
 * its checksum and is computed again.
 */
export async function writeActivation(path: string, activation: Activation): Promise<void> {
  const temporary = openTemporary(path);
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, encode(activation, path.endsWith(HALF)));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainSystemError(path, error);
  } finally {
    closeTemporary(temporary);
  }
}

function encode({ shape, data }: Activation, half: boolean): Buffer {
  const header = Buffer.from(new Uint32Array([shape.length, ...shape]).buffer);
  const values = half ? floatToHalf(data) : data;
  const body = Buffer.concat([header, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
  return Buffer.concat([body, Buffer.from(new Uint32Array([crc32(body)]).buffer)]);
}

function decode(bytes: Buffer, half: boolean): Activation | null {
  const body = bytes.subarray(0, -4);
  if (body.length < 4 || crc32(body) !== bytes.readUInt32LE(body.length)) return null;
  const rank = body.readUInt32LE(0);
  const shape = Array.from({ length: rank }, (_, i) => body.readUInt32LE(4 + 4 * i));
  const values = new Uint8Array(body.subarray(4 + 4 * rank)).buffer;
  const data = half ? halfToFloat(new Uint16Array(values)) : new Float32Array(values);
  return data.length === sizeOf(shape) ? { shape, data } : null;
}

function addToHash(hash: Hash, names: string[], weights: Weights): void {
  for (const name of names) {
    const data = weights[name]?.data;
    if (data) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

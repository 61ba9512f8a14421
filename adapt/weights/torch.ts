/**
 * state_dicts as `torch.save` writes them: in the zip form (since PyTorch 1.6), or in the legacy form, a row of pickles
 * with the storages behind them. https://github.com/pytorch/pytorch/blob/main/torch/serialization.py
 */
import { type UnzipFileInfo, unzipSync } from "fflate";
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { readBytes } from "../../src/shared/files.js";
import { lookUp } from "../../src/shared/look-up.js";
import type { Weight, Weights } from "../layers/parameters.js";
import { COUNTER } from "./counter.js";
import { checkFinite } from "./finite.js";
import { unpickle } from "./pickle.js";
import { readTensor, type Storage, Tensor, tensorRules } from "./torch-tensor.js";

/**
 * Reads the float tensors of a state_dict.
 * @param rename the name that a tensor is to have
 * @throws bad input for a file that is no state_dict, is cut short, or holds anything else than tensors
 */
export async function readTorch(
  path: string,
  rename: (name: string) => string = (name) => name,
): Promise<Weights> {
  const bytes = await readBytes(path);
  const { value, storage } = isZip(bytes) ? readZip(path, bytes) : readLegacy(path, bytes);
  if (!(value instanceof Map)) throw invalid(path, "a state_dict", note("a pickle of something else"));
  const read: [name: string, Weight][] = [];
  for (const [name, tensor] of value as Map<unknown, unknown>) {
    if (typeof name !== "string") throw invalid(path, "tensors by name", note("another key"));
    if (COUNTER.test(name)) continue;
    if (!(tensor instanceof Tensor)) throw invalid(`${path}: ${name}`, "a tensor", note("something else"));
    read.push([rename(name), readTensor(`${path}: ${name}`, tensor, storage(tensor.storage))]);
  }
  const weights = Object.fromEntries(read);
  checkFinite(path, weights);
  return weights;
}

interface StateFile {
  value: unknown;
  storage(storage: Storage): Uint8Array;
}

/** The opcode that a pickle begins with. */
const PICKLE = 0x80;

const isZip = (bytes: Buffer): boolean => bytes.toString("latin1", 0, 4) === "PK\x03\x04";

/** NAME/data.pkl, and one entry NAME/data/KEY for each storage. */
function readZip(path: string, bytes: Buffer): StateFile {
  const entries = unzip(path, bytes);
  const pickle = Object.keys(entries).find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (!pickle) throw invalid(path, "an archive of torch.save", note("one without data.pkl"));
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = entries[`${folder}byteorder`];
  if (order && Buffer.from(order).toString() !== "little")
    throw invalid(path, "little-endian tensors", note("big-endian ones"));
  return {
    value: unpickle(path, Buffer.from(entries[pickle]!), 0, tensorRules(path).rules).value,
    storage: ({ key }) => {
      const entry = lookUp(entries, `${folder}data/${key}`);
      if (!entry) throw invalid(path, `an entry data/${key}`, note("none"));
      return entry;
    },
  };
}

/** torch.save compresses nothing, and other writers little: a small file may not unfold to fill the memory. */
const MOST_UNFOLDED = { times: 20, bytes: 2 ** 24 } as const;

function refuseBomb(path: string, bytes: Buffer) {
  const most = Math.max(MOST_UNFOLDED.bytes, MOST_UNFOLDED.times * bytes.length);
  let unfolded = 0;
  return ({ originalSize }: UnzipFileInfo): true => {
    unfolded += originalSize;
    if (unfolded <= most) return true;
    throw invalid(path, `an archive of at most ${most} bytes of content`, note("more"));
  };
}

function unzip(path: string, bytes: Buffer): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter: refuseBomb(path, bytes) });
  } catch (error) {
    if (error instanceof AntbeeError) throw error;
    throw invalid(
      path,
      "a whole zip archive",
      note(`a damaged one, or one cut short at byte ${bytes.length}`),
    );
  }
}

const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;

/** Pickles of the magic number, the version, the system, the state_dict and the storages' keys, then the storages. */
function readLegacy(path: string, bytes: Buffer): StateFile {
  const { rules, storages } = tensorRules(path);
  let at = 0;
  const next = () => {
    const { value, end } = unpickle(path, bytes, at, rules);
    at = end;
    return value;
  };
  if (bytes[0] !== PICKLE || next() !== LEGACY_MAGIC)
    throw invalid(path, "a file of torch.save", note("another file"));
  const [, system, value, keys] = [next(), next(), next(), next()];
  if (!(system instanceof Map) || system.get("little_endian") !== true)
    throw invalid(path, "little-endian tensors", note("big-endian ones"));
  if (!Array.isArray(keys)) throw invalid(path, "a list of storages", note("something else"));
  const data = legacyStorages(path, bytes.subarray(at), keys, storages);
  const storage = ({ key }: Storage) => {
    const found = data.get(key);
    if (!found) throw invalid(path, `a storage ${key}`, note("none"));
    return found;
  };
  return { value, storage };
}

/** For each key, the number of elements (int64) and the elements. */
function legacyStorages(path: string, bytes: Buffer, keys: string[], storages: Map<string, Storage>) {
  const found = new Map<string, Uint8Array>();
  let at = 0;
  for (const key of keys) {
    const storage = storages.get(key);
    if (!storage) throw invalid(path, "storages that a tensor uses", key);
    const start = at + 8;
    at = start + storage.count * storage.dtype.bytes;
    if (!(at <= bytes.length))
      throw invalid(path, `a storage of ${at - start} bytes`, note("a file cut short within it"));
    if (bytes.readBigInt64LE(start - 8) !== BigInt(storage.count))
      throw invalid(path, `a storage of ${storage.count} elements`, note("another number of them"));
    found.set(key, bytes.subarray(start, at));
  }
  return found;
}

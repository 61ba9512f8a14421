/** The tensors inside PyTorch's pickles: which globals make them, and how their bytes become weights. */
import { invalid, note } from "../../src/shared/errors.js";
import { sizeOf, type Weight } from "../layers/parameters.js";
import { bfloatToFloat, halfToFloat } from "./half.js";
import type { PickleRules, PickleValue } from "./pickle.js";

export interface Dtype {
  name: string;
  bytes: number;
  /** Undefined for numbers that are no floats. */
  decode?: (raw: ArrayBuffer) => Float32Array;
}

/** A named run of elements, kept beside the pickle. */
export interface Storage {
  key: string;
  dtype: Dtype;
  /** Elements. */
  count: number;
}

/** A view of a storage; offset and strides in elements. */
export class Tensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

const DTYPES: Record<string, Dtype> = {
  FloatStorage: { name: "float32", bytes: 4, decode: (raw) => new Float32Array(raw) },
  DoubleStorage: { name: "float64", bytes: 8, decode: (raw) => Float32Array.from(new Float64Array(raw)) },
  HalfStorage: { name: "float16", bytes: 2, decode: (raw) => halfToFloat(new Uint16Array(raw)) },
  BFloat16Storage: { name: "bfloat16", bytes: 2, decode: (raw) => bfloatToFloat(new Uint16Array(raw)) },
  LongStorage: { name: "int64", bytes: 8 },
  IntStorage: { name: "int32", bytes: 4 },
  ShortStorage: { name: "int16", bytes: 2 },
  CharStorage: { name: "int8", bytes: 1 },
  ByteStorage: { name: "uint8", bytes: 1 },
  BoolStorage: { name: "bool", bytes: 1 },
};

/** A function of its own stands for each type, so that no other global passes for one. */
const TYPES = Object.entries(DTYPES).map(([type, dtype]) => ({ type, dtype, named: () => dtype }));

/** What a pickle of tensors may name, and the storages it has named so far. */
export function tensorRules(path: string) {
  const storages = new Map<string, Storage>();
  const globals: PickleRules["globals"] = {
    ...storageTypes(),
    "collections.OrderedDict": (pairs) => orderedDict(path, pairs),
    "torch._utils._rebuild_tensor": (...args) => tensor(path, args),
    "torch._utils._rebuild_tensor_v2": (...args) => tensor(path, args),
    "torch._utils._rebuild_parameter": (data) => data,
  };
  const persistent = (id: PickleValue): Storage => {
    const storage = namedStorage(path, id);
    storages.set(storage.key, storage);
    return storage;
  };
  return { rules: { globals, persistent }, storages };
}

/** Copies the tensor's elements out of its storage. @param where the file and the tensor's name, for messages */
export function readTensor(
  where: string,
  { storage, offset, shape, strides }: Tensor,
  raw: Uint8Array,
): Weight {
  const { bytes, name, decode } = storage.dtype;
  if (!decode) throw invalid(where, "a tensor of floats", name);
  // A stride of 0 repeats elements: a shape without bounds would unfold from a storage of one.
  if (sizeOf(shape) > storage.count)
    throw invalid(
      where,
      "no more elements than its storage has",
      note(`shape [${shape}] of ${storage.count}`),
    );
  const last = shape.reduce((at, side, axis) => at + (side - 1) * strides[axis]!, offset);
  if (sizeOf(shape) > 0 && (last + 1) * bytes > raw.length)
    throw invalid(where, `a storage of ${(last + 1) * bytes} bytes`, note(`${raw.length} bytes`));
  if (isContiguous(shape, strides)) {
    const own = raw.subarray(offset * bytes, (offset + sizeOf(shape)) * bytes);
    return { shape, data: decode(new Uint8Array(own).buffer) };
  }
  const all = decode(new Uint8Array(raw.subarray(0, raw.length - (raw.length % bytes))).buffer);
  return { shape, data: gather(all, offset, shape, strides) };
}

/** Storage types are named, never called. */
function storageTypes(): PickleRules["globals"] {
  const entries = TYPES.flatMap(({ type, named }) =>
    ["torch", "torch.cuda"].map((module) => [`${module}.${type}`, named] as const),
  );
  return Object.fromEntries(entries);
}

/** Of pairs, as Python 2 wrote it, or empty. */
function orderedDict(path: string, pairs: PickleValue = []): Map<PickleValue, PickleValue> {
  const isPairs = Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
  if (!isPairs) throw invalid(path, "a dict of pairs", note("something else"));
  return new Map(pairs as [PickleValue, PickleValue][]);
}

/** ("storage", type, key, location, elements); the legacy form adds a view, which today's files do not have. */
function namedStorage(path: string, id: PickleValue): Storage {
  const [kind, type, key, , count, view] = Array.isArray(id) ? id : [];
  const dtype = TYPES.find(({ named }) => named === type)?.dtype;
  if (kind !== "storage" || !dtype || typeof key !== "string" || !Number.isSafeInteger(count) || count < 0)
    throw invalid(path, "a reference to a storage", note("another one"));
  if (view) throw invalid(path, "whole storages", note("a view of one"));
  return { key, dtype, count };
}

function tensor(path: string, [storage, offset, shape, strides]: PickleValue[]): Tensor {
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isInteger(n) && n >= 0);
  const ours = typeof storage === "object" && storage !== null && "dtype" in storage;
  if (!ours || !whole([offset]) || !whole(shape) || !whole(strides) || shape.length !== strides.length)
    throw invalid(path, "a tensor's storage, offset, shape and strides", note("something else"));
  return new Tensor(storage as Storage, offset as number, shape, strides);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis]! > 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

function gather(
  all: Float32Array,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    let at = offset;
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return all[at]!;
  });
}

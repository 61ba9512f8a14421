/**
 * Safetensors files: an 8-byte little-endian header length, a JSON header of {name: {dtype, shape, data_offsets}},
 * then the tensors, without holes. https://github.com/huggingface/safetensors#format
 */
import { z } from "zod";
import { invalid, note } from "../../src/shared/errors.js";
import { readBytes, writeAtomic } from "../../src/shared/files.js";
import { lookUp } from "../../src/shared/look-up.js";
import { check } from "../../src/shared/schema.js";
import { sizeOf, type Weight, type Weights } from "../layers/parameters.js";
import { COUNTER } from "./counter.js";
import { checkFinite } from "./finite.js";
import { halfToFloat } from "./half.js";

export interface SafetensorsFile {
  weights: Weights;
  metadata: Record<string, string>;
}

/** The format's own limit on its header. */
const MAX_HEADER_BYTES = 100e6;

const DECODERS: Record<string, { bytes: number; decode: (raw: Uint8Array) => Float32Array }> = {
  F32: { bytes: 4, decode: (raw) => new Float32Array(aligned(raw)) },
  F16: { bytes: 2, decode: (raw) => halfToFloat(new Uint16Array(aligned(raw))) },
};

const textByName = z.record(z.string(), z.string());

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Reads the float tensors of a file. @throws bad input that names the file and the first thing wrong with it */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const bytes = await readBytes(path);
  const { entries, metadata, body } = readHeader(path, bytes);
  const inOrder = Object.entries(entries).sort((a, b) => begin(a) - begin(b));
  checkNoHoles(path, inOrder, body.length);
  const floats = inOrder.filter(([name]) => !COUNTER.test(name));
  const weights = Object.fromEntries(
    floats.map(([name, entry]) => [name, readTensor(path, name, entry, body)]),
  );
  checkFinite(path, weights);
  return { weights, metadata };
}

/** Writes float32 tensors in the given order, atomically. */
export async function writeSafetensors(
  path: string,
  weights: Weights,
  metadata: Record<string, string> = {},
): Promise<void> {
  await writeAtomic(path, encode(weights, metadata));
}

function readHeader(path: string, bytes: Buffer) {
  if (bytes.length < 8) throw invalid(path, "a safetensors file", note(`a file of ${bytes.length} bytes`));
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > MAX_HEADER_BYTES) throw invalid(path, "a safetensors file", note("no header of that format"));
  if (8 + length > bytes.length)
    throw invalid(path, `a header of ${length} bytes`, note(`a file cut short at byte ${bytes.length}`));
  const { __metadata__, ...entries } = parseHeader(path, bytes.toString("utf8", 8, 8 + length));
  for (const [name, entry] of Object.entries(entries)) checkEntry(path, name, entry);
  return {
    entries: entries as Record<string, Entry>,
    metadata: check(textByName, __metadata__ ?? {}, `${path}: __metadata__`),
    body: bytes.subarray(8 + length),
  };
}

function parseHeader(path: string, text: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === "object" && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // Said below, as of JSON that is no header.
  }
  throw invalid(path, "a safetensors header in JSON", note("other text"));
}

function checkEntry(path: string, name: string, entry: unknown): asserts entry is Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Entry>;
  const whole = (list: unknown) =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (typeof dtype !== "string" || !whole(shape) || !whole(offsets) || offsets!.length !== 2)
    throw invalid(`${path}: ${name}`, "dtype, shape and data_offsets", entry);
}

function checkNoHoles(path: string, inOrder: [string, Entry][], bodyLength: number): void {
  let position = 0;
  for (const [name, { data_offsets }] of inOrder) {
    const [start, end] = data_offsets;
    if (start !== position || end < start)
      throw invalid(`${path}: ${name}`, `data that begins at byte ${position}`, data_offsets);
    if (end > bodyLength)
      throw invalid(
        `${path}: ${name}`,
        `data up to byte ${end}`,
        note(`a file cut short at byte ${bodyLength}`),
      );
    position = end;
  }
  if (position !== bodyLength)
    throw invalid(path, `${position} bytes of tensors`, note(`${bodyLength} bytes`));
}

function readTensor(path: string, name: string, { dtype, shape, data_offsets }: Entry, body: Buffer): Weight {
  const decoder = lookUp(DECODERS, dtype);
  if (!decoder) throw invalid(`${path}: ${name}`, `a tensor of ${Object.keys(DECODERS).join(" or ")}`, dtype);
  const raw = body.subarray(...data_offsets);
  if (raw.length !== sizeOf(shape) * decoder.bytes)
    throw invalid(`${path}: ${name}`, `${sizeOf(shape) * decoder.bytes} bytes`, note(`${raw.length} bytes`));
  return { shape, data: decoder.decode(raw) };
}

function encode(weights: Weights, metadata: Record<string, string>): Buffer {
  let position = 0;
  const entries: Record<string, Entry> = {};
  for (const [name, { shape, data }] of Object.entries(weights)) {
    entries[name] = { dtype: "F32", shape: [...shape], data_offsets: [position, position + data.byteLength] };
    position += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...entries }));
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, " "); // aligns the tensors
  json.copy(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(weights).map(({ data }) => bytesOf(data))]);
}

/** A copy of its own, because views of several bytes an element must begin at a multiple of them. */
const aligned = (raw: Uint8Array) => new Uint8Array(raw).buffer;
const bytesOf = (data: Float32Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const begin = ([, entry]: [string, Entry]): number => entry.data_offsets[0];

/** Weight files of others, read whole or refused: what is wrong with each is said, and nothing is made of it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { backbones } from "../../adapt/backbones/registry.js";
import { readSafetensors } from "../../adapt/weights/safetensors.js";
import { readTorch } from "../../adapt/weights/torch.js";
import { packageFile } from "../../src/shared/roots.js";
import { fault, temporaryFolder } from "../support.js";

function safetensors(header: string | object, body: Uint8Array = new Uint8Array(0)): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, body]);
}
const floats = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer);
const one = (change: object = {}) => ({ w: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...change } });

const SAFETENSORS: [string, Uint8Array, RegExp][] = [
  ["nothing", Buffer.alloc(0), /expected a safetensors file, found a file of 0 bytes/],
  ["seven bytes", Buffer.alloc(7), /found a file of 7 bytes/],
  ["a header of 2^63 bytes", Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80]), /found no header of that format/],
  ["a header beyond the end", safetensors("{}").fill(9, 0, 1), /expected a header of 9 bytes/],
  ["null", safetensors("null"), /expected a safetensors header in JSON/],
  ["a list", safetensors("[]"), /expected a safetensors header in JSON/],
  ["a number", safetensors("3"), /expected a safetensors header in JSON/],
  ["no JSON", safetensors("{"), /expected a safetensors header in JSON/],
  [
    "100,000 lists in one another",
    safetensors(`{"w": ${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
    /expected dtype, shape and data_offsets/,
  ],
  [
    "an entry that is null",
    safetensors({ w: null }),
    /w: expected dtype, shape and data_offsets, found null/,
  ],
  ["metadata that is a list", safetensors({ __metadata__: [] }), /__metadata__: expected keys with values/],
  ["metadata that is no text", safetensors({ __metadata__: { a: 1 } }), /__metadata__: a: expected text/],
  ["a negative side", safetensors(one({ shape: [-1] }), floats(1)), /expected dtype, shape/],
  ["a side beyond numbers", safetensors(one({ shape: [1e300] }), floats(1)), /expected dtype, shape/],
  ["a huge shape", safetensors(one({ shape: [2 ** 40, 2 ** 10] }), floats(1)), /bytes, found 4 bytes/],
  ["a type toString", safetensors(one({ dtype: "toString" }), floats(1)), /expected a tensor of F32 or F16/],
  ["whole numbers", safetensors(one({ dtype: "I32" }), floats(1)), /found "I32"/],
  ["a hole", safetensors(one({ data_offsets: [4, 8] }), floats(1, 2)), /expected data that begins at byte 0/],
  [
    "data beyond the end",
    safetensors(one({ shape: [2], data_offsets: [0, 8] }), floats(1)),
    /cut short at byte 4/,
  ],
  ["bytes left over", safetensors(one(), floats(1, 2)), /expected 4 bytes of tensors, found 8/],
  [
    "offsets that run backwards",
    safetensors(one({ data_offsets: [0, -4] }), floats(1)),
    /expected dtype, shape/,
  ],
  ["NaN", safetensors(one(), floats(Number.NaN)), /w: expected finite numbers, found NaN at 0/],
  ["an infinity", safetensors(one(), floats(Number.POSITIVE_INFINITY)), /found Infinity at 0/],
  [
    "half an infinity",
    safetensors(one({ dtype: "F16", data_offsets: [0, 2] }), Uint8Array.of(0, 0x7c)),
    /found Infinity/,
  ],
];

const short = (text: string) => Buffer.from([0x8c, text.length, ...Buffer.from(text)]); // SHORT_BINUNICODE
const global = (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`);
const bytes = (...parts: (string | number[] | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const int = (value: number) => {
  const four = Buffer.alloc(5);
  four[0] = 0x4a; // BININT
  four.writeInt32LE(value, 1);
  return four;
};
/** ("storage", FloatStorage, "0", "cpu", count), as a persistent id. */
const storage = (count: number) =>
  bytes("(", short("storage"), global("torch", "FloatStorage"), short("0"), short("cpu"), int(count), "tQ");
const tensor = (count: number, shape: number[], strides: number[]) => {
  const tuple = (list: number[]) => bytes("(", ...list.map(int), "t");
  const args = bytes("(", storage(count), int(0), tuple(shape), tuple(strides), "t");
  return bytes(global("torch._utils", "_rebuild_tensor_v2"), args, "R");
};
const state = (value: Buffer, key = short("w")) => bytes([0x80, 2], "}", key, value, "s.");
const archive = (pickle: Buffer, data: Uint8Array = floats(1), level: 0 | 9 = 0) =>
  zipSync({ "a/data.pkl": pickle, "a/data/0": data }, { level });

const TORCH: [string, Uint8Array, RegExp][] = [
  ["nothing", Buffer.alloc(0), /expected a file of torch\.save/],
  ["an archive of nothing", zipSync({}), /expected a file of torch\.save|without data\.pkl/],
  ["half an archive", archive(state(tensor(1, [1], [1]))).subarray(0, 90), /expected a whole zip archive/],
  [
    "an archive that unfolds",
    archive(state(tensor(1, [1], [1])), new Uint8Array(2 ** 25), 9),
    /at most \d+ bytes of content, found more/,
  ],
  [
    "strides of zero and a huge shape",
    archive(state(tensor(1, [2 ** 30, 2 ** 30], [0, 0]))),
    /no more elements than its storage has/,
  ],
  [
    "a shape beyond the storage",
    archive(state(tensor(1, [4], [1]))),
    /no more elements than its storage has/,
  ],
  [
    "a stride beyond the storage",
    archive(state(tensor(4, [2], [9])), floats(1, 2, 3, 4)),
    /expected a storage of \d+ bytes/,
  ],
  ["a negative stride", archive(state(tensor(1, [1], [-1]))), /storage, offset, shape and strides/],
  [
    "an entry that is missing",
    zipSync({ "a/data.pkl": state(tensor(1, [1], [1])) }, { level: 0 }),
    /an entry data\/0, found none/,
  ],
  ["NaN", archive(state(tensor(1, [1], [1])), floats(Number.NaN)), /w: expected finite numbers, found NaN/],
  ["a number for a name", archive(state(tensor(1, [1], [1]), int(3))), /expected tensors by name/],
  [
    "a dict of numbers",
    archive(bytes([0x80, 2], global("collections", "OrderedDict"), "(", int(3), "tR.")),
    /a dict of pairs/,
  ],
  [
    "a dict for a storage's type",
    archive(
      bytes(
        [0x80, 2],
        "(",
        short("storage"),
        global("collections", "OrderedDict"),
        short("0"),
        short("cpu"),
        int(1),
        "tQ.",
      ),
    ),
    /a reference to a storage/,
  ],
  ["the global os.system", archive(bytes([0x80, 2], global("os", "system"), ".")), /the global os\.system/],
  [
    "the global constructor",
    archive(bytes([0x80, 2], global("", "constructor"), ".")),
    /the global \.constructor/,
  ],
  [
    "a number for a global's name",
    archive(bytes([0x80, 4], int(1), int(2), [0x93], ".")),
    /well-formed pickle/,
  ],
  ["an integer of 16 MB", archive(bytes([0x80, 2, 0x8b, 0, 0, 0, 1], ".")), /well-formed pickle/],
  [
    "text for a state",
    archive(bytes([0x80, 2], short("x"), ".")),
    /a state_dict, found a pickle of something else/,
  ],
  ["an empty stack", archive(bytes([0x80, 2], "s.")), /well-formed pickle/],
  ["no end", archive(bytes([0x80, 2], "}")), /a whole pickle/],
];

const OBJECTRON_FILE = packageFile("node_modules/@mediapipe/objectron/objectron_solution_packed_assets.data");
/** Among the half-precision weights of features.17.conv.0.0. */
const WEIGHTS_AT = { from: 7_000_000, length: 2000 };
const filled = (value: number) => (packed: Buffer) => {
  for (let i = 0; i < WEIGHTS_AT.length; i += 2) packed.writeUInt16LE(value, WEIGHTS_AT.from + i);
  return packed;
};
const OBJECTRON: [string, (packed: Buffer) => Buffer, RegExp][] = [
  ["NaN", filled(0x7e00), /expected finite numbers, found NaN at \d+/],
  ["infinities", filled(0x7c00), /expected finite numbers, found Infinity at \d+/],
  ["cut short", (packed) => packed.subarray(0, 5_000_000), /expected a file of 9987912 bytes/],
  ["zeros", (packed) => packed.fill(0), /expected a TensorFlow Lite model|TensorFlow Lite/],
];

async function stored(name: string, content: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

describe(`weights: ${SAFETENSORS.length + TORCH.length + OBJECTRON.length} rows`, () => {
  it.each(SAFETENSORS)("safetensors: %s", async (_, content, says) => {
    await expect(readSafetensors(await stored("w.safetensors", content))).rejects.toMatchObject(
      fault(2, says),
    );
  });

  it.each(TORCH)("torch.save: %s", async (_, content, says) => {
    await expect(readTorch(await stored("w.pth", content))).rejects.toMatchObject(fault(2, says));
  });

  it("reads what the rows are made from", async () => {
    const whole = await readTorch(await stored("w.pth", archive(state(tensor(1, [1], [1])))));
    expect(whole.w).toEqual({ shape: [1], data: Float32Array.of(1) });
    const same = await readSafetensors(await stored("w.safetensors", safetensors(one(), floats(1))));
    expect(same.weights.w).toEqual({ shape: [1], data: Float32Array.of(1) });
  });

  it("keeps a tensor's name that every object has", async () => {
    const header = `{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`;
    const { weights } = await readSafetensors(await stored("w.safetensors", safetensors(header, floats(1))));
    expect(Object.keys(weights)).toEqual(["__proto__"]);
    const path = fileURLToPath(new URL("../fixtures/adapt/zip.pth", import.meta.url));
    expect((await readFile(path)).length).toBeGreaterThan(0);
    const read = await readTorch(path, () => "__proto__");
    expect(Object.keys(read)).toEqual(["__proto__"]);
  });

  it.each(OBJECTRON)("TensorFlow Lite: %s", async (_, damage, says) => {
    const packed = Buffer.from(await readFile(OBJECTRON_FILE));
    const path = await stored("objectron.data", damage(packed));
    await expect(backbones.objectron_mobilenet_v2.readPretrained(path)).rejects.toMatchObject(fault(2, says));
  });
});

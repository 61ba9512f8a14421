import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadBackbone } from "../../adapt/backbones/load.js";
import { Unavailable } from "../../adapt/backbones/locate.js";
import { backbones } from "../../adapt/backbones/registry.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { halfToFloat } from "../../adapt/weights/half.js";
import { readSafetensors, writeSafetensors } from "../../adapt/weights/safetensors.js";
import { fault, temporaryFolder } from "../support.js";
import { formulaWeights } from "./formula.js";
import { ownNetwork } from "./own-network.js";

const TWO = {
  "a.weight": { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-30, 6) },
  "é.bias": { shape: [2], data: Float32Array.of(7, 8) },
};

/** A file with a header of one's own. */
async function craft(header: unknown, body: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), "crafted.safetensors");
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(path, Buffer.concat([length, json, body]));
  return path;
}

const expectInvalid = (promise: Promise<unknown>, message: RegExp) =>
  expect(promise).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });

describe("safetensors", () => {
  it("come back as written, metadata too, with nothing beside them", async () => {
    const folder = await temporaryFolder();
    await writeSafetensors(join(folder, "two.safetensors"), TWO, { kind: "test" });
    const { weights, metadata } = await readSafetensors(join(folder, "two.safetensors"));
    expect(weights).toEqual(TWO);
    expect(metadata).toEqual({ kind: "test" });
    expect(readdirSync(folder)).toEqual(["two.safetensors"]);
  });

  it("are read from half precision, and without BatchNorm's counters", async () => {
    const halves = new Uint8Array(Uint16Array.of(0x3c00, 0xc000).buffer);
    const header = {
      h: { dtype: "F16", shape: [2], data_offsets: [0, 4] },
      "bn.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [4, 12] },
    };
    const { weights } = await readSafetensors(await craft(header, Buffer.concat([halves, Buffer.alloc(8)])));
    expect(weights).toEqual({ h: { shape: [2], data: Float32Array.of(1, -2) } });
  });

  it("cut short anywhere are refused by name", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "two.safetensors");
    await writeSafetensors(path, TWO);
    const whole = await readFile(path);
    for (const length of [0, 5, 40, whole.length - 12, whole.length - 1]) {
      await writeFile(path, whole.subarray(0, length));
      await expectInvalid(
        readSafetensors(path),
        /two\.safetensors.*expected .*, found (a file|a file cut short)/,
      );
    }
  });

  it.each([
    ["no JSON", "{", 0, /a safetensors header in JSON/],
    [
      "a hole",
      { w: { dtype: "F32", shape: [1], data_offsets: [4, 8] } },
      8,
      /w: expected data that begins at byte 0/,
    ],
    [
      "surplus bytes",
      { w: { dtype: "F32", shape: [1], data_offsets: [0, 4] } },
      8,
      /4 bytes of tensors, found 8 bytes/,
    ],
    [
      "a wrong size",
      { w: { dtype: "F32", shape: [2], data_offsets: [0, 4] } },
      4,
      /w: expected 8 bytes, found 4/,
    ],
    [
      "another dtype",
      { w: { dtype: "I32", shape: [1], data_offsets: [0, 4] } },
      4,
      /w: expected a tensor of F32 or F16, found "I32"/,
    ],
    [
      "a negative side",
      { w: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } },
      4,
      /w: expected dtype, shape/,
    ],
    ["no offsets", { w: null }, 0, /w: expected dtype, shape and data_offsets, found null/],
  ])("with %s are refused", async (_name, header, bytes, message) => {
    await expectInvalid(readSafetensors(await craft(header, Buffer.alloc(bytes))), message);
  });
});

describe("half precision", () => {
  it("is converted exactly", () => {
    const cases = [0x0000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0xfbff, 0x7c00, 0xfc00];
    const singles = [
      0,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      0.333251953125,
      65504,
      -65504,
      Infinity,
      -Infinity,
    ];
    expect(Array.from(halfToFloat(Uint16Array.from(cases)))).toEqual(singles);
    expect(halfToFloat(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });
});

describe("a backbone's weights", () => {
  const whole = formulaWeights(parametersOf(backbones.mobilenet_v2.network(1000)));
  const name = "features.3.conv.1.1.running_var";
  const save = async (weights: typeof whole) => {
    const path = join(await temporaryFolder(), "w.safetensors");
    await writeSafetensors(path, weights);
    return path;
  };

  it("load whole; others than the card's are refused unless they are wanted", async () => {
    const path = await save(whole);
    const backbone = await loadBackbone("mobilenet_v2", { path, anyWeights: true });
    expect(Object.keys(backbone.weights)).toHaveLength(262);
    await expectInvalid(
      loadBackbone("mobilenet_v2", { path }),
      /the weights of mobilenet_v2 \(sha256 b0353104\), found sha256/,
    );
  });

  it("with a tensor missing, surplus or of another shape are refused by its name", async () => {
    const { [name]: one, ...rest } = whole;
    const load = async (weights: typeof whole) =>
      loadBackbone("mobilenet_v2", { path: await save(weights), anyWeights: true });
    await expectInvalid(load(rest), /running_var: expected a tensor of shape \[144\], found no such tensor/);
    await expectInvalid(
      load({ ...whole, extra: one! }),
      /extra: expected only the network's tensors, found a surplus one/,
    );
    const misshaped = { shape: [12, 12], data: one!.data };
    await expectInvalid(load({ ...whole, [name]: misshaped }), /shape \[144\], found shape \[12,12\]/);
  });

  it("of an unknown backbone, or at a path where nothing is, are refused", async () => {
    await expectInvalid(
      loadBackbone("toString"),
      /backbone: expected one of mobilenet_v2, .*found "toString"/,
    );
    await expectInvalid(
      loadBackbone("mobilenet_v2", { path: "/nowhere.safetensors" }),
      /nowhere.safetensors: expected a file/,
    );
  });

  it("are looked for where no path is given: in a data root, else at their address", async () => {
    const root = await temporaryFolder();
    vi.stubEnv("ANTBEE_DATA", root);
    onTestFinished(() => void vi.unstubAllEnvs());
    const nowhere = await loadBackbone(ownNetwork).catch((e) => e);
    expect(nowhere).toBeInstanceOf(Unavailable);
    expect(nowhere).toMatchObject(
      fault(
        2,
        /^own-network: expected own-network\.safetensors in a data root's weights\/, found none; put own-network\.safetensors into weights\/ of a data root,/,
      ),
    );
    const weights = { ...ownNetwork.card.weights, url: "https://127.0.0.1:1/own-network.safetensors" };
    const published = { ...ownNetwork, card: { ...ownNetwork.card, weights } };
    const unreachable = await loadBackbone(published).catch((e) => e);
    expect(unreachable).toBeInstanceOf(Unavailable);
    expect(unreachable).toMatchObject(
      fault(
        1,
        /^https:\/\/127\.0\.0\.1:1\/.* cannot be reached from here; fetch it elsewhere and put own-network\.safetensors into /,
      ),
    );
    const path = join(root, "weights", "own-network.safetensors");
    const specs = parametersOf(ownNetwork.network(0), { to: "head" });
    await mkdir(join(root, "weights"));
    await writeSafetensors(path, formulaWeights(specs));
    expect((await loadBackbone(ownNetwork)).path).toBe(path);
    expect((await loadBackbone(published)).path).toBe(path);
  });
});

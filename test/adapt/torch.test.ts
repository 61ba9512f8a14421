import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { loadBackbone } from "../../adapt/backbones/load.js";
import { backbones } from "../../adapt/backbones/registry.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { checkWeights } from "../../adapt/weights/check.js";
import { readTorch } from "../../adapt/weights/torch.js";
import { temporaryFolder } from "../support.js";
import { formulaWeights } from "./formula.js";
import { HAS_TORCH, PYTHON } from "./python.js";

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/adapt/${name}`, import.meta.url));
const FORMS = ["zip.pth", "legacy.pth"] as const;

const expectInvalid = (promise: Promise<unknown>, message: RegExp) =>
  expect(promise).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });

async function craft(content: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), "crafted.pth");
  await writeFile(path, content);
  return path;
}

const NUMBERS = Array.from({ length: 12 }, (_, i) => i / 4 - 1);
const STATE = {
  float32: { shape: [3, 4], data: NUMBERS },
  parameter: { shape: [2], data: NUMBERS.slice(0, 2) },
  transposed: { shape: [4, 3], data: NUMBERS.map((_, i) => NUMBERS[(i % 3) * 4 + Math.floor(i / 3)]) },
  slice: { shape: [3], data: NUMBERS.slice(5, 8) },
  float64: { shape: [2], data: [Math.fround(1 / 3), -2] },
  float16: { shape: [3], data: [0.5, 65504, 2 ** -24] },
  bfloat16: { shape: [2], data: [0.5, -3] },
  scalar: { shape: [], data: [7] },
};

async function expectState(path: string) {
  const weights = await readTorch(path);
  const plain = Object.entries(weights).map(([name, { shape, data }]) => [
    name,
    { shape, data: Array.from(data) },
  ]);
  expect(Object.fromEntries(plain)).toEqual(STATE);
}

describe.each(FORMS)("a state_dict in %s", (form) => {
  it("is read: views, dtypes and all, its counters passed over", () => expectState(fixture(form)));

  it("cut short anywhere is refused", async () => {
    const whole = await readFile(fixture(form));
    for (const length of [0, 3, 30, 200, whole.length >> 1, whole.length - 1])
      await expectInvalid(readTorch(await craft(whole.subarray(0, length))), /expected .*, found/);
  });

  it("with a tensor missing, surplus, of another shape or of integers is refused by its name", async () => {
    const path = fixture(form);
    const weights = await readTorch(path);
    const vector = (length: number) => ({ shape: [length], layout: "vector", trainable: true }) as const;
    const { float64: _gone, ...rest } = weights;
    const specs = { float64: vector(2) };
    expect(() => checkWeights(path, rest, specs)).toThrow(/float64: expected a tensor of shape \[2\]/);
    expect(() => checkWeights(path, weights, specs)).toThrow(/float32: expected only the network's tensors/);
    expect(() => checkWeights(path, weights, { float64: vector(3) })).toThrow(/found shape \[2\]/);
    const damaged = await craft(await renamed(path, "bn.num_batches_tracked", "bn.num_batches_trackee"));
    await expectInvalid(
      readTorch(damaged),
      /bn.num_batches_trackee: expected a tensor of floats, found "int64"/,
    );
  });

  it("whose pickle names anything else is refused by that name", async () => {
    const named = async (module: string, name: string) =>
      readTorch(
        await craft(await renamed(fixture(form), "ccollections\nOrderedDict\n", `c${module}\n${name}\n`)),
      );
    await expectInvalid(
      named("posixx_____", "exec_______"),
      /found the global posixx_____\.exec_______ in it/,
    );
    await expectInvalid(named("constructor", "constructor"), /found the global constructor\.constructor/);
  });
});

/** The file with a text in its pickle replaced by one as long. */
async function renamed(path: string, from: string, to: string): Promise<Uint8Array> {
  const content = await readFile(path);
  if (!path.endsWith("zip.pth")) return replaced(content, from, to);
  const entries = unzipSync(content);
  const pickle = Object.keys(entries).find((name) => name.endsWith("data.pkl"))!;
  return zipSync({ ...entries, [pickle]: replaced(Buffer.from(entries[pickle]!), from, to) });
}

function replaced(content: Buffer, from: string, to: string): Buffer {
  expect(to).toHaveLength(from.length);
  const at = content.indexOf(from);
  expect(at).toBeGreaterThan(0);
  content.write(to, at);
  return content;
}

describe("a pickle", () => {
  const zipped = (pickle: Buffer) => craft(zipSync({ "archive/data.pkl": pickle }));
  const text = (s: string) => Buffer.from(s, "latin1");

  it("that would run os.system is refused, and does not run", async () => {
    const path = join(await temporaryFolder(), "ran");
    const command = `touch ${path}`;
    const evil = text(`\x80\x02cos\nsystem\nU${String.fromCharCode(command.length)}${command}\x85R.`);
    await expectInvalid(
      readTorch(await zipped(evil)),
      /tensors and nothing else, found the global os\.system/,
    );
    const stacked = text("\x80\x04\x8c\x02os\x8c\x06system\x93.");
    await expectInvalid(readTorch(await zipped(stacked)), /found the global os\.system/);
    await expect(readFile(path)).rejects.toThrow();
  });

  it.each([
    ["an opcode that makes objects", "\x80\x02)\x81.", /opcode 0x81/],
    ["a call of what is no global", "\x80\x02K\x01)R.", /a well-formed pickle/],
    ["an append to a number", "\x80\x02K\x01K\x02a.", /a well-formed pickle/],
    ["an empty stack", "\x80\x02a.", /a well-formed pickle/],
    ["a memo that holds nothing", "\x80\x02h\x05.", /a well-formed pickle/],
    ["no state_dict in it", "\x80\x02K\x01.", /a state_dict, found a pickle of something else/],
    ["a number for a tensor", "\x80\x02}U\x01aK\x01s.", /: a: expected a tensor/],
    ["an unknown storage", "\x80\x02U\x01aQ.", /a reference to a storage/],
    ["no end", "\x80\x02}", /a whole pickle, found a file cut short at byte 3/],
  ])("with %s is refused", async (_name, pickle, message) => {
    await expectInvalid(readTorch(await zipped(text(pickle))), message);
  });

  it("whose tensor reaches over its storage, or lacks it, is refused", async () => {
    const content = unzipSync(await readFile(fixture("zip.pth")));
    const storage = Object.keys(content).find((name) => name.endsWith("data/0"))!;
    const { [storage]: data, ...rest } = content;
    await expectInvalid(readTorch(await craft(zipSync(rest))), /an entry data\/0, found none/);
    const short = zipSync({ ...rest, [storage]: data!.subarray(4) });
    await expectInvalid(readTorch(await craft(short)), /float32: expected a storage of 48 bytes, found 44/);
  });
});

it("no file of PyTorch's at all is refused", async () => {
  await expectInvalid(
    readTorch(await craft(Buffer.from("hello"))),
    /a file of torch\.save, found another file/,
  );
  await expectInvalid(
    readTorch(await craft(zipSync({ "a.txt": Buffer.from("a") }))),
    /one without data\.pkl/,
  );
  await expectInvalid(readTorch("/nowhere.pth"), /nowhere\.pth: expected a file/);
});

describe.skipIf(!HAS_TORCH)(`files of this PyTorch (needs ${PYTHON} with torchvision)`, () => {
  it("are read as the kept ones", async () => {
    const folder = await temporaryFolder();
    expect(spawnSync(PYTHON, [fixture("torch_files.py"), folder]).status).toBe(0);
    for (const form of FORMS) await expectState(join(folder, form));
  });

  it.each(["densenet121", "squeezenet1_1"] as const)("%s loads whole, from old names", async (name) => {
    const path = join(await temporaryFolder(), `${name}.pth`);
    expect(spawnSync(PYTHON, [fixture("save_backbone.py"), name, path]).status).toBe(0);
    const { weights } = await loadBackbone(name, { path, anyWeights: true });
    const specs = parametersOf(backbones[name].network(1000));
    const expected = formulaWeights(specs);
    for (const parameter of Object.keys(specs))
      expect(
        Buffer.from(weights[parameter]!.data.buffer).equals(Buffer.from(expected[parameter]!.data.buffer)),
      ).toBe(true);
  });
});

/**
 * The readers of strangers' files: any mutation of a good file is read, or refused in a sentence with exit 2. Never a
 * stack, a hang or memory that the file does not account for. Seeds are printed where one fails; FAULTS_SEED repeats
 * one, FAULTS_SCALE makes more tries.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readSafetensors, writeSafetensors } from "../../adapt/weights/safetensors.js";
import { readTfliteConvolutions } from "../../adapt/weights/tflite.js";
import { readTorch } from "../../adapt/weights/torch.js";
import { checkPredictions } from "../../eval/predictions/check.js";
import { formatPredictions, parsePredictions } from "../../eval/predictions/csv.js";
import { AntbeeError } from "../../src/shared/errors.js";
import { decodeImage } from "../../src/shared/image.js";
import { readCheckedLines } from "../../src/shared/schema.js";
import { parseYaml } from "../../src/shared/yaml.js";
import { madeUpPredictions } from "../eval/made-up.js";
import { lastingFolder } from "../support.js";
import { mutated, mutations } from "./mutations.js";

const SCALE = Number(process.env.FAULTS_SCALE ?? 1);
const SEED = process.env.FAULTS_SEED === undefined ? undefined : Number(process.env.FAULTS_SEED);
const LONGEST_MS = 2000;
const MOST_BYTES = 2 ** 28;

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/adapt/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await lastingFolder();
});

/** Reads every mutation of the file; what a reader makes of one that it takes is asked by `whole`. */
async function survives<T>(
  good: Buffer,
  runs: number,
  read: (bytes: Buffer) => Promise<T> | T,
  whole: (value: T) => void,
): Promise<void> {
  const property = fc.asyncProperty(mutations, async (changes) => {
    const bytes = mutated(good, changes);
    const [began, memory] = [performance.now(), process.memoryUsage().arrayBuffers];
    const answer = await Promise.resolve()
      .then(() => read(bytes))
      .then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
    expect(performance.now() - began).toBeLessThan(LONGEST_MS);
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(MOST_BYTES);
    if ("value" in answer) {
      whole(answer.value);
      return;
    }
    expect(answer.error).toBeInstanceOf(AntbeeError);
    expect(answer.error).toMatchObject({
      exitCode: 2,
      message: expect.not.stringMatching(/\n|undefined|\[object/),
    });
  });
  await fc.assert(property, { numRuns: runs * SCALE, seed: SEED });
}

const file = async (bytes: Buffer, ending: string): Promise<string> => {
  const path = join(folder, `file.${ending}`);
  await writeFile(path, bytes);
  return path;
};

const finite = (weights: Record<string, { shape: readonly number[]; data: Float32Array }>) => {
  for (const { shape, data } of Object.values(weights)) {
    expect(data.length).toBe(shape.reduce((product, side) => product * side, 1));
    expect(data.every(Number.isFinite)).toBe(true);
  }
};

describe("mutations are read or refused", () => {
  it("safetensors", async () => {
    const path = join(folder, "good.safetensors");
    const data = Float32Array.from({ length: 24 }, (_, i) => i / 7);
    await writeSafetensors(
      path,
      { "a.weight": { shape: [2, 3, 4], data }, b: { shape: [24], data } },
      { kind: "k" },
    );
    const read = async (bytes: Buffer) => (await readSafetensors(await file(bytes, "safetensors"))).weights;
    await survives(await readFile(path), 400, read, finite);
  });

  it.each(["zip.pth", "legacy.pth"])("a state_dict in %s", async (name) => {
    await survives(
      await readFile(fixture(name)),
      400,
      async (bytes) => readTorch(await file(bytes, "pth")),
      finite,
    );
  });

  it("TensorFlow Lite", async () => {
    const packed = await readFile("node_modules/@mediapipe/objectron/objectron_solution_packed_assets.data");
    const model = packed.subarray(184, 9987912);
    // The tables stand at the end; the weights before them are numbers of any value.
    const tables = model.subarray(model.length - 60_000);
    const read = (bytes: Buffer) => {
      const whole = Buffer.concat([model.subarray(0, model.length - tables.length), bytes]);
      return readTfliteConvolutions("model", whole).map((one) => one.bias().length);
    };
    await survives(tables, 60, read, (lengths) => expect(lengths.every((length) => length >= 0)).toBe(true));
  });

  const picture = () => {
    const data = Buffer.from(Array.from({ length: 3 * 40 * 56 }, (_, i) => (i * i) % 251));
    return sharp(data, { raw: { width: 40, height: 56, channels: 3 } });
  };
  const IMAGES: [string, () => Promise<Buffer>][] = [
    ["a JPEG", () => picture().jpeg().toBuffer()],
    ["a progressive JPEG", () => picture().jpeg({ progressive: true }).toBuffer()],
    ["a PNG", () => picture().png().toBuffer()],
  ];
  it.each(IMAGES)("%s", async (_, write) => {
    const read = async (bytes: Buffer) => decodeImage(await file(bytes, "jpg"));
    await survives(await write(), 200, read, ({ data, width, height }) =>
      expect(data.length).toBe(3 * width * height),
    );
  });

  it("YAML", async () => {
    const good = Buffer.concat([
      await readFile("scenes/experiments/demo.yaml"),
      Buffer.from("\nanchors: {a: &a [1, 2], b: *a, c: {<<: {d: 1}}}\n"),
    ]);
    await survives(
      good,
      400,
      (bytes) => parseYaml(bytes.toString("utf8"), "file"),
      (value) => {
        expect(() => JSON.stringify(value)).not.toThrow();
      },
    );
  });

  it("CSV of predictions", async () => {
    const good = Buffer.from(formatPredictions(madeUpPredictions("d", [6, 6], 2, 0)));
    const read = (bytes: Buffer) => {
      const predictions = parsePredictions(bytes.toString("utf8"), "file");
      checkPredictions("file", predictions);
      return predictions;
    };
    await survives(good, 400, read, ({ rows }) => {
      for (const { p } of rows) expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 2);
    });
  });

  it("JSON lines", async () => {
    const line = (epoch: number) =>
      `${JSON.stringify({ phase: "head", epoch, loss: { train: [0.5, null] } })}\n`;
    const schema = z.looseObject({ phase: z.string(), epoch: z.int() });
    const read = async (bytes: Buffer) => readCheckedLines(schema, await file(bytes, "jsonl"));
    await survives(Buffer.from([1, 2, 3].map(line).join("")), 400, read, (lines) => {
      for (const { epoch } of lines) expect(Number.isInteger(epoch)).toBe(true);
    });
  });
});

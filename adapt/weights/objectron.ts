/**
 * The MobileNetV2 1.0 inside the npm package @mediapipe/objectron: the feature extractor of a TensorFlow Lite object
 * detector (Open Images), BatchNorms folded. Read under torchvision's names.
 */
import { invalid, note } from "../../src/shared/errors.js";
import { readBytes } from "../../src/shared/files.js";
import { BATCH_NORM_EPSILON } from "../layers/index.js";
import type { ParameterSpec, ParameterSpecs, Weight, Weights } from "../layers/parameters.js";
import { checkFinite } from "./finite.js";
import { readTfliteConvolutions, type TfliteConvolution } from "./tflite.js";

/** Where the detector lies in `objectron_solution_packed_assets.data` of version 0.4.1675468480. */
const DETECTOR = { start: 184, end: 9987912 } as const;

/**
 * Reads the feature extractor. The detector's operators stand in network order with the box predictors in between, so
 * each convolution of the network is the next operator of its kind and shape.
 * @param specs the network's parameters, in network order
 */
export async function readObjectron(path: string, specs: ParameterSpecs): Promise<Weights> {
  const file = await readBytes(path);
  if (file.length < DETECTOR.end)
    throw invalid(path, `a file of ${DETECTOR.end} bytes`, note(`a file cut short at byte ${file.length}`));
  const operators = readTfliteConvolutions(path, file.subarray(DETECTOR.start, DETECTOR.end));
  const weights: Record<string, Weight> = {};
  let next = 0;
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.layout === "vector") continue;
    const found = operators.findIndex((operator, i) => i >= next && fits(operator, spec));
    if (found < 0) throw invalid(path, `a convolution [${spec.shape}] for ${name}`, note("none"));
    next = found + 1;
    weights[name] = { shape: spec.shape, data: toTorch(operators[found]!) };
    Object.assign(weights, foldedBatchNorm(batchNormOf(name), operators[found]!.bias()));
  }
  checkFinite(path, weights);
  return weights;
}

function fits({ depthwise, filterShape }: TfliteConvolution, { shape, layout }: ParameterSpec): boolean {
  const [out, inputs, height, width] = shape;
  const wanted = layout === "depthwise" ? [1, height, width, out] : [out, height, width, inputs];
  return depthwise === (layout === "depthwise") && filterShape.join() === wanted.join();
}

/** [out, h, w, in] -> [out, in, h, w]; depthwise [1, h, w, channels] -> [channels, 1, h, w]. */
function toTorch({ filter, filterShape: [, height, width, inputs] }: TfliteConvolution): Float32Array {
  const source = filter();
  const taps = height! * width!;
  return source.map((_, i) => {
    const tap = i % taps;
    const channel = Math.floor(i / taps) % inputs!;
    const o = Math.floor(i / (taps * inputs!));
    return source[(o * taps + tap) * inputs! + channel]!;
  });
}

/** "features.1.conv.0.0.weight" -> "features.1.conv.0.1", "features.1.conv.1.weight" -> "features.1.conv.2". */
function batchNormOf(filterName: string): string {
  return filterName.replace(/(\d+)\.weight$/, (_, index) => String(Number(index) + 1));
}

/** A BatchNorm that only adds the bias. */
function foldedBatchNorm(name: string, bias: Float32Array): Weights {
  const constant = (value: number): Weight => ({
    shape: [bias.length],
    data: new Float32Array(bias.length).fill(value),
  });
  return {
    [`${name}.weight`]: constant(1),
    [`${name}.bias`]: { shape: [bias.length], data: bias },
    [`${name}.running_mean`]: constant(0),
    [`${name}.running_var`]: constant(1 - BATCH_NORM_EPSILON),
  };
}

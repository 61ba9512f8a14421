/** Tries an installed native package in a process of its own, so that a broken one harms nobody. */
import { runCommand } from "./command.js";

export interface Engine {
  /** Of TensorFlow. */
  version: string;
  /** Whether it computes on a CUDA device. */
  gpu: boolean;
}

const PROGRAM = `
const util = require("node:util");
util.isNullOrUndefined ??= (x) => x === null || x === undefined;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const [value] = tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync();
const { binding, isUsingGpuDevice } = tf.backend();
if (value !== 2) throw new Error("it computes 1 + 1 = " + value);
console.log(JSON.stringify({ version: binding.TF_Version, gpu: isUsingGpuDevice }));
`;

/** @param folder of the package @throws a failure that says why it does not compute */
export async function tryEngine(folder: string, signal?: AbortSignal): Promise<Engine> {
  const printed = await runCommand(process.execPath, ["-e", PROGRAM, folder], {
    signal,
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
    name: folder,
    explain: (text) => `does not compute: ${/^\w*Error: (.*)$/m.exec(text)?.[1] ?? "the process ends"}`,
  });
  return JSON.parse(printed.trim().split("\n").at(-1)!) as Engine;
}

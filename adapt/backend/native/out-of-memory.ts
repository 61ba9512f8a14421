/** What TensorFlow says of a device without memory, in a sentence. */
import { failed } from "../../../src/shared/errors.js";
import type { NativeBackend, NativeBinding } from "./operation.js";

const OUT_OF_MEMORY = /OOM when allocating|RESOURCE_EXHAUSTED|CUDA_ERROR_OUT_OF_MEMORY|ALLOC_FAILED/;

/** A failure in place of TensorFlow's own where memory ran out; any other error as it is. */
export function explainOutOfMemory(error: unknown): unknown {
  const { message } = error as Error;
  if (!OUT_OF_MEMORY.test(message ?? "")) return error;
  const shape = /shape\s*\[([\d, ]+)\]/.exec(message)?.[1];
  const device = /GPU|CU(DA|BLAS|DNN)/i.test(message) ? "the CUDA device has" : "the machine has";
  const wanted = shape ? `a map of [${shape.split(",").join(", ")}]` : "the next map";
  return failed(
    "TensorFlow",
    `${device} no memory left for ${wanted}; take smaller batches, or train fewer stages`,
    error,
  );
}

/** Puts the sentence in the place of TensorFlow's words, wherever its package hands something on. */
export function explainMemoryOf(backend: NativeBackend): void {
  const { binding } = backend;
  const explained =
    <Parts extends unknown[], Result>(run: (...parts: Parts) => Result) =>
    (...parts: Parts): Result => {
      try {
        return run(...parts);
      } catch (error) {
        throw explainOutOfMemory(error);
      }
    };
  backend.binding = Object.create(binding, {
    executeOp: { value: explained(binding.executeOp) },
    createTensor: { value: explained(binding.createTensor) },
  }) as NativeBinding;
}

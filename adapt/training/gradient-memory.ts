/** The memory that data-parallel training shares between threads. */
import { sizeOf } from "../layers/parameters.js";

/** A named tensor's place in a run of floats. */
export interface Place {
  offset: number;
  /** In TensorFlow's layout. */
  shape: readonly number[];
}

/** One thread's share of the memory. Shared buffers of 32-bit numbers. */
export interface ThreadSpace {
  /** Activations of the thread's part of the batch. */
  input: SharedArrayBuffer;
  /** Class indices of that part. */
  labels: SharedArrayBuffer;
  /** Its gradients, by the parameters' places. */
  gradients: SharedArrayBuffer;
}

export interface Space {
  places: ReadonlyMap<string, Place>;
  /** Every parameter behind the split, as the threads are to see it. */
  parameters: SharedArrayBuffer;
  threads: readonly ThreadSpace[];
}

/** What a thread is asked for: the gradients of its part of a batch. */
export interface GradientTask {
  /** Images in its part, and in the whole batch. */
  images: number;
  of: number;
  /** Parameters whose values are new. */
  changed: string[];
  /** Parameters whose gradient is wanted. */
  names: string[];
  /** Stream of the dropout. */
  dropout: [seed: number, ...path: (string | number)[]];
}

/** Its part of the batch's mean loss, and how many images it had right. */
export interface GradientAnswer {
  loss: number;
  correct: number;
}

/** @param shapes of the parameters, in TensorFlow's layouts @param input shape of one activation @param images most a thread takes */
export function createSpace(
  shapes: ReadonlyMap<string, readonly number[]>,
  { input, images, threads }: { input: readonly number[]; images: number; threads: number },
): Space {
  const places = new Map<string, Place>();
  let size = 0;
  for (const [name, shape] of shapes) {
    places.set(name, { offset: size, shape });
    size += sizeOf(shape);
  }
  const floats = (count: number) => new SharedArrayBuffer(4 * count);
  return {
    places,
    parameters: floats(size),
    threads: Array.from({ length: threads }, () => ({
      input: floats(images * sizeOf(input)),
      labels: floats(images),
      gradients: floats(size),
    })),
  };
}

/** A tensor's values within a shared run of floats. */
export const valuesAt = (buffer: SharedArrayBuffer, { offset, shape }: Place): Float32Array =>
  new Float32Array(buffer, 4 * offset, sizeOf(shape));

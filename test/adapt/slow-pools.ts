/** Pools and their gradients, window by window, for maps of [batch, height, width, channels]. */

export interface Pool {
  shape: readonly [number, number, number, number];
  kernel: number;
  stride: number;
  /** Pixels before and after the rows, and before and after the columns. */
  pad: readonly [rows: readonly [number, number], columns: readonly [number, number]];
}

type Visit = (output: number, window: number[]) => void;

/** Each output's place and those of its window's pixels, without padding. */
function forEachWindow(
  { shape: [n, height, width, channels], kernel, stride, pad }: Pool,
  visit: Visit,
): void {
  const count = (side: number, [before, after]: readonly [number, number]) =>
    Math.floor((side + before + after - kernel) / stride) + 1;
  let output = 0;
  for (let image = 0; image < n; image++)
    for (let row = 0; row < count(height, pad[0]); row++)
      for (let column = 0; column < count(width, pad[1]); column++)
        for (let c = 0; c < channels; c++) {
          const window: number[] = [];
          for (let i = 0; i < kernel * kernel; i++) {
            const y = row * stride - pad[0][0] + Math.floor(i / kernel);
            const x = column * stride - pad[1][0] + (i % kernel);
            if (y >= 0 && y < height && x >= 0 && x < width)
              window.push(((image * height + y) * width + x) * channels + c);
          }
          visit(output++, window);
        }
}

const largest = (x: ArrayLike<number>, window: number[]) =>
  window.reduce((best, i) => (x[i]! > x[best]! ? i : best), window[0]!);

/** The pool's outputs. */
export function slowPool(kind: "max" | "avg", x: ArrayLike<number>, pool: Pool): number[] {
  const outputs: number[] = [];
  forEachWindow(pool, (_output, window) => {
    const sum = window.reduce((total, i) => total + x[i]!, 0);
    outputs.push(kind === "max" ? x[largest(x, window)]! : sum / window.length);
  });
  return outputs;
}

/** The gradient of the inputs; a maximum's goes to the first of the largest. */
export function slowPoolGradient(
  kind: "max" | "avg",
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  pool: Pool,
): number[] {
  const dx = new Array<number>(x.length).fill(0);
  forEachWindow(pool, (output, window) => {
    const share = kind === "max" ? 1 : 1 / window.length;
    for (const i of kind === "max" ? [largest(x, window)] : window) dx[i] = dx[i]! + share * dy[output]!;
  });
  return dx;
}

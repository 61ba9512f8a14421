/** Windows with pixels of padding that are stated, which TensorFlow's operations take and the package's kernels refuse. */
import type { Conv2DInfo, Pad } from "../geometry.js";
import type { Attributes } from "./operation.js";

export const isExplicit = (pad: Pad): boolean => typeof pad !== "string" && pad !== 0;

/** Strides and padding of NHWC maps, as TensorFlow's attributes. */
export function windowAttributes(info: Conv2DInfo): Attributes {
  const [[top, bottom], [left, right]] = around(info);
  return {
    strides: [1, info.strideHeight, info.strideWidth, 1],
    padding: "EXPLICIT",
    explicit_paddings: [0, 0, top, bottom, left, right, 0, 0],
    data_format: "NHWC",
  };
}

/** Pixels before and after the rows and the columns: as many as the last window reaches, also where it was rounded up. */
export function around(info: Conv2DInfo): [rows: [number, number], columns: [number, number]] {
  const { padInfo, effectiveFilterHeight, effectiveFilterWidth } = info;
  const after = (
    given: number,
    before: number,
    input: number,
    output: number,
    stride: number,
    side: number,
  ) => Math.max(given, (output - 1) * stride + side - input - before);
  const { top, bottom, left, right } = padInfo;
  return [
    [top, after(bottom, top, info.inHeight, info.outHeight, info.strideHeight, effectiveFilterHeight)],
    [left, after(right, left, info.inWidth, info.outWidth, info.strideWidth, effectiveFilterWidth)],
  ];
}

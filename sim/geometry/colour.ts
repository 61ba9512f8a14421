/** Colours as linear RGB triples. */

/** Linear red, green and blue, each at least 0; 1 is white. */
export type Rgb = readonly [number, number, number];

/** From a CSS-like sRGB hex number, such as 0x7a2b12. */
export function hex(code: number): Rgb {
  return [toLinear((code >> 16) & 255), toLinear((code >> 8) & 255), toLinear(code & 255)];
}

/** From hue (turns), saturation and lightness in [0, 1]. */
export function hsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + (hue - Math.floor(hue)) * 12) % 12;
    return toLinear(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Between `a` (t = 0) and `b` (t = 1). */
export function mixRgb(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** Each channel multiplied. */
export function scaleRgb(a: Rgb, by: number): Rgb {
  return [a[0] * by, a[1] * by, a[2] * by];
}

function toLinear(level: number): number {
  const v = Math.min(1, Math.max(0, level / 255));
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

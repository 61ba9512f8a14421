export const PRECISION = "precision highp float;\nprecision highp int;\n";

/** Shared by everything that turns its samples from pixel to pixel. */
export const PIXEL_TURN = /* glsl */ `
const float TWO_PI = 6.2831853;

/** Interleaved gradient noise (Jimenez 2014) as an angle: few fixed samples would print their pattern. */
float pixelTurn() {
  return TWO_PI * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
}
`;

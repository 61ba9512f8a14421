import { PIXEL_TURN, PRECISION } from "./precision.js";

/**
 * From scene-linear light to the camera's 8 bits: lens blur by depth, fringes, vignette, white balance, tone curve.
 * Works in [0, 1]² screen coordinates; uPixel is the size of one pixel.
 */
export const DEVELOP_FRAGMENT = /* glsl */ `${PRECISION}
uniform sampler2D uImage;
uniform vec2 uPixel;
uniform float uFocus;
uniform float uAperture;
uniform int uTaps;
uniform float uExposure;
uniform vec3 uBalance;
uniform float uContrast;
uniform float uSaturation;
uniform float uVignette;
uniform float uAberration;
in vec2 vScreen;
out vec4 fragment;
${PIXEL_TURN}
/** Light beyond this would spread one sparkle over the whole disc of its blur. */
const float BRIGHTEST = 8.0;
/** Softness of the edge of a sample's disc, inwards and outwards, in pixels. */
const float INNER_EDGE = 0.8;
const float OUTER_EDGE = 0.4;
/** How fast the film's density saturates, and the display's gamma. */
const float DENSITY = 1.35;
const float GAMMA = 2.2;
/** Rec. 601 luma. */
const vec3 LUMA = vec3(0.299, 0.587, 0.114);
/** Darkening at a squared distance of 1 from the middle; a corner has .5. */
const float VIGNETTE = 1.6;
/** Fringes below this many pixels are none. */
const float LEAST_ABERRATION = 0.05;
/** Share of the fringed picture; the rest is not shifted. */
const float FRINGE = 0.7;

/** Diameter of the circle of confusion in pixels (thin lens). */
float confusion(float depth) {
  return uAperture * abs(1.0 - uFocus / depth);
}

const mat2 GOLDEN_TURN = mat2(-0.7373689, 0.6754903, -0.6754903, -0.7373689);

/** A disc of samples; one counts where its own blur reaches the middle, so sharp things do not bleed. */
vec3 blurred(vec2 at) {
  // Turned by pixel, so that the gaps between few samples become grain in place of rings.
  float turn = pixelTurn();
  vec2 direction = vec2(cos(turn), sin(turn));
  vec4 here = texture(uImage, at);
  float size = confusion(here.a);
  vec3 sum = min(here.rgb, BRIGHTEST);
  float weight = 1.0;
  float widest = uAperture * 0.5;
  for (int i = 0; i < uTaps; i++) {
    float distance = widest * sqrt((float(i) + 0.5) / float(uTaps));
    direction = GOLDEN_TURN * direction;
    vec4 there = texture(uImage, at + distance * uPixel * direction);
    float reach = 0.5 * (there.a > here.a ? min(size, confusion(there.a)) : confusion(there.a));
    float w = smoothstep(distance - INNER_EDGE, distance + OUTER_EDGE, reach);
    sum += w * min(there.rgb, BRIGHTEST);
    weight += w;
  }
  return sum / weight;
}

vec3 tone(vec3 c) {
  c = 1.0 - exp(-DENSITY * c);
  return pow(c, vec3(1.0 / GAMMA));
}

/** Strengthens colours, but no further than the brightest channel bears: clipped petals would lose their form. */
vec3 saturated(vec3 c) {
  float grey = clamp(dot(c, LUMA), 0.0, 1.0);
  vec3 vivid = uSaturation * (c - grey);
  float widest = max(vivid.r, max(vivid.g, vivid.b));
  return grey + vivid * min(1.0, (1.0 - grey) / max(widest, 0.001));
}

void main() {
  vec2 off = vScreen - 0.5;
  vec3 c = blurred(vScreen);
  if (uAberration > LEAST_ABERRATION) {
    vec2 fringe = off * uAberration * 2.0 * uPixel;
    c = vec3(texture(uImage, vScreen + fringe).r, c.g, texture(uImage, vScreen - fringe).b) * FRINGE + c * (1.0 - FRINGE);
  }
  c *= uBalance * uExposure * (1.0 - uVignette * VIGNETTE * dot(off, off));
  c = tone(max(c, 0.0));
  c = 0.5 + (c - 0.5) * uContrast;
  c = saturated(c);
  fragment = vec4(clamp(c, 0.0, 1.0), 1.0);
}
`;

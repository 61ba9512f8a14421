/** What stands behind everything. */
import { LIGHTING, LIGHTING_UNIFORMS } from "./lighting.js";
import { NOISE } from "./noise.js";
import { PRECISION } from "./precision.js";

export type BackdropKind = "environment" | "foliage" | "plain";

/** Behind everything: an environment out of focus, or leaves and lights dissolved into discs. */
export function backdropFragment(kind: BackdropKind): string {
  return /* glsl */ `${PRECISION}${LIGHTING_UNIFORMS}
uniform mat4 uUnproject;
uniform vec3 uA, uB, uC;
uniform vec2 uOffset;
in vec2 vScreen;
out vec4 fragment;
${NOISE}${LIGHTING}
/** Written as the backdrop's distance, in millimetres: beyond all that is drawn, within a half float. */
const float FAR = 60000.0;
/** Roughness of the environment where it stands as the backdrop, out of focus. */
const float BACKDROP_ROUGHNESS = 0.35;

/** Blurred lights: one disc a cell, which may reach over into its neighbours. */
float discs(vec2 p, float share) {
  float sum = 0.0;
  vec2 floored = floor(p);
  for (int y = -1; y <= 1; y++)
    for (int x = -1; x <= 1; x++) {
      uint bits = mixBits(uvec2(ivec2(floored) + ivec2(x, y)));
      vec2 centre = floored + vec2(float(x), float(y)) + vec2(float(bits & 255u), float((bits >> 8u) & 255u)) / 255.0;
      float on = step(float((bits >> 16u) & 255u) / 255.0, share);
      float radius = 0.25 + 0.6 * float((bits >> 24u) & 255u) / 255.0;
      float edge = radius * (0.35 + 0.5 * float((bits >> 4u) & 15u) / 15.0);
      float away = length(p - centre);
      float strength = float(bits & 15u) / 15.0;
      sum += on * smoothstep(radius, edge, away) * (0.8 + 0.2 * away / radius) * (0.15 + 0.85 * strength * strength);
    }
  return sum;
}

void main() {
  vec4 far = uUnproject * vec4(vScreen * 2.0 - 1.0, 1.0, 1.0);
  vec3 direction = normalize(far.xyz / far.w - uEye);
  ${BACKDROPS[kind]}
  fragment = vec4(colour, FAR);
}
`;
}

const BACKDROPS = {
  environment: /* glsl */ `vec3 colour = sky(direction, BACKDROP_ROUGHNESS) * 0.9;`,
  foliage: /* glsl */ `
    vec2 p = vScreen * 2.2 + uOffset;
    float shade = fbm3(p * 0.8) * 0.6 + 0.4 * noise(p * 0.45 + 9.0);
    vec3 colour = mix(uA, uB, smoothstep(0.25, 0.75, shade));
    vec2 bent = p + 0.35 * noise(p * 1.7 + 3.0);
    colour += mix(uB, uC, noise(p * 0.9 + 40.0)) * 0.4 * discs(bent * 2.4 + 5.0, 0.35) * smoothstep(0.35, 0.8, shade);
    colour += uB * 0.5 * (discs(bent * 1.2 + 11.0, 0.45) - 0.25) * shade;
    colour = max(colour, 0.0) * (0.7 + 0.6 * noise(p * vec2(2.8, 0.9) + 21.0));
    colour *= 0.75 + 0.25 * irradiance(direction);`,
  plain: /* glsl */ `vec3 colour = mix(uB, uA, 0.35 * length(vScreen - 0.5 + 0.2 * sin(uOffset)));`,
} as const;

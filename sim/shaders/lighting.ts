/** One light model for all surfaces: sun with shadow, environment as harmonics and reflection, a flash. */
import { PIXEL_TURN } from "./precision.js";

/** Length of `uBodies`: the insects nearest to what the camera looks at. */
export const SHADED_BODIES = 4;

export const LIGHTING_UNIFORMS = /* glsl */ `
uniform vec3 uEye;
uniform vec3 uSunDirection;
uniform vec3 uSunColour;
uniform float uFlash;
uniform float uAmbient;
uniform float uShadowBias;
uniform vec3 uIrradiance[9];
uniform sampler2D uSky;
uniform sampler2D uBlurredSky;
uniform mat3 uSkyTurn;
uniform highp sampler2D uShadow;
uniform mat4 uShadowMatrix;
uniform float uShadowSoftness;
uniform vec4 uBodies[${SHADED_BODIES}];
`;

export const LIGHTING = /* glsl */ `
${PIXEL_TURN}
const int SHADOW_TAPS = 6;
/** The golden angle, roughly: samples on a spiral cover a disc evenly. */
const float SPIRAL = 2.4;
/** By how much a point must lie behind the shadow map's depth to be in shadow. */
const float SHADOW_SLACK = 0.0015;
/** Radius of the ball that stands for a body, as a share of its length, and how much of the sky it may hide. */
const float BODY_RADIUS = 0.3;
const float BODY_OPACITY = 0.75;
/** Share of the sun that shines through a thin thing that lies in shadow, and of the sky behind it. */
const float SUN_THROUGH = 0.35;
const float SKY_THROUGH = 0.4;
/** Reflectance straight on, what metal adds, and what a polished surface gains at grazing angles. */
const float REFLECTANCE = 0.05;
const float METAL_REFLECTANCE = 0.55;
const float GRAZING = 0.7;
/** Blinn-Phong powers of a mirror and of a matte surface, and the scale that keeps a gleam's energy. */
const float SHARP_GLEAM = 220.0;
const float DULL_GLEAM = 6.0;
const float GLEAM = 0.04;
/** How strongly metal colours what it mirrors. */
const float METAL_TINT = 6.0;

/** Directions over the unit square; the upper half of the sphere is the inner diamond. */
vec2 octahedral(vec3 d) {
  d /= abs(d.x) + abs(d.y) + abs(d.z);
  vec2 p = d.z >= 0.0 ? d.xy : (1.0 - abs(d.yx)) * vec2(d.x >= 0.0 ? 1.0 : -1.0, d.y >= 0.0 ? 1.0 : -1.0);
  return p * 0.5 + 0.5;
}

vec3 sky(vec3 direction, float roughness) {
  vec2 uv = octahedral(uSkyTurn * direction);
  return mix(texture(uSky, uv).rgb, texture(uBlurredSky, uv).rgb, smoothstep(0.1, 0.7, roughness));
}

/** Ramamoorthi & Hanrahan 2001, with the cosine lobe already folded into the coefficients. */
vec3 irradiance(vec3 n) {
  n = uSkyTurn * n;
  return max(vec3(0.0), uIrradiance[0] + uIrradiance[1] * n.y + uIrradiance[2] * n.z + uIrradiance[3] * n.x +
    uIrradiance[4] * n.x * n.y + uIrradiance[5] * n.y * n.z + uIrradiance[6] * (3.0 * n.z * n.z - 1.0) +
    uIrradiance[7] * n.x * n.z + uIrradiance[8] * (n.x * n.x - n.y * n.y));
}

float shadow(vec3 p, vec3 n) {
  // Further out where light grazes: there a texel of the map spans more of the surface's depth.
  float lift = uShadowBias * (1.6 - 0.6 * dot(n, uSunDirection));
  vec4 clip = uShadowMatrix * vec4(p + n * lift, 1.0);
  vec3 s = clip.xyz * 0.5 + 0.5;
  if (any(lessThan(s.xy, vec2(0.0))) || any(greaterThan(s.xy, vec2(1.0)))) return 1.0;
  float texel = uShadowSoftness / float(textureSize(uShadow, 0).x);
  float turn = pixelTurn();
  mat2 turned = mat2(cos(turn), sin(turn), -sin(turn), cos(turn)) * texel;
  float lit = 0.0;
  for (int i = 0; i < SHADOW_TAPS; i++) {
    float angle = float(i) * SPIRAL, radius = sqrt((float(i) + 0.5) / float(SHADOW_TAPS));
    lit += step(s.z - SHADOW_SLACK, texture(uShadow, s.xy + turned * (radius * vec2(cos(angle), sin(angle)))).r);
  }
  return lit / float(SHADOW_TAPS);
}

/** What the subjects' bodies, with balls in their place, hide of the sky over a point. */
float openness(vec3 p, vec3 n) {
  float open = 1.0;
  for (int i = 0; i < ${SHADED_BODIES}; i++) {
    vec3 d = uBodies[i].xyz - p;
    float squared = dot(d, d), radius = uBodies[i].w * BODY_RADIUS;
    if (radius > 0.0)
      open *= 1.0 - clamp(dot(n, d) * inversesqrt(squared), 0.0, 1.0) * clamp(radius * radius / squared, 0.0, 1.0) * BODY_OPACITY;
  }
  return open;
}

struct Surface {
  vec3 albedo;
  vec3 normal;
  float roughness;
  float specular;
  float translucency;
  float metal;
};

vec3 lit(Surface s, vec3 p) {
  vec3 view = normalize(uEye - p);
  vec3 n = s.normal;
  float open = openness(p, n);
  float facing = max(dot(n, view), 0.0);
  float sun = dot(n, uSunDirection);
  float shade = shadow(p, n);
  vec3 diffuse = irradiance(n) * open + uSunColour * shade * max(sun, 0.0) + uFlash * facing;
  diffuse += s.translucency * (uSunColour * mix(shade, 1.0, SUN_THROUGH) * max(-sun, 0.0) + SKY_THROUGH * irradiance(-n));
  vec3 bounced = reflect(-view, n);
  float fresnel = pow(1.0 - facing, 5.0);
  vec3 tint = mix(vec3(1.0), s.albedo * METAL_TINT, s.metal);
  float strength = s.specular * (REFLECTANCE + METAL_REFLECTANCE * s.metal + GRAZING * fresnel * (1.0 - s.roughness));
  vec3 reflection = sky(bounced, s.roughness) * uAmbient * open * strength;
  vec3 middle = normalize(view + uSunDirection);
  float power = mix(SHARP_GLEAM, DULL_GLEAM, sqrt(s.roughness));
  float gleam = pow(max(dot(n, middle), 0.0), power) * (power + 8.0) * GLEAM;
  reflection += uSunColour * shade * gleam * strength * step(0.0, sun);
  return s.albedo * diffuse * (1.0 - 0.5 * s.metal) + reflection * tint;
}
`;

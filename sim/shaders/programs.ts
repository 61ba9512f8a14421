/** Whole GLSL ES 3.00 programs, put together from noise, looks and light. */
import { LIGHTING, LIGHTING_UNIFORMS } from "./lighting.js";
import { NOISE } from "./noise.js";
import { SURFACES, type SurfaceName } from "./surfaces.js";

const PRECISION = "precision highp float;\nprecision highp int;\n";

export const VERTEX = /* glsl */ `${PRECISION}
uniform mat4 modelMatrix;
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec3 colour;
in vec2 traits;
out vec3 vPosition;
out vec3 vNormal;
out vec2 vUv;
out vec3 vColour;
out vec2 vTraits;
out float vDepth;
void main() {
  vec4 world = modelMatrix * vec4(position, 1.0);
  vec4 seen = viewMatrix * world;
  vPosition = world.xyz;
  vNormal = mat3(modelMatrix) * normal;
  vUv = uv;
  vColour = colour;
  vTraits = traits;
  vDepth = -seen.z;
  gl_Position = projectionMatrix * seen;
}
`;

const FRAGMENT_INPUT = /* glsl */ `
in vec3 vPosition;
in vec3 vNormal;
in vec2 vUv;
in vec3 vColour;
in vec2 vTraits;
in float vDepth;
out vec4 fragment;
`;

/** Colour in linear light; alpha holds the distance along the view, from which the lens blurs. */
export function surfaceFragment(name: SurfaceName): string {
  return /* glsl */ `${PRECISION}${LIGHTING_UNIFORMS}${FRAGMENT_INPUT}
uniform vec3 uA, uB, uC;
uniform float uGrain, uRelief, uMetal;
uniform vec2 uOffset;
${NOISE}${LIGHTING}
/** How much of a pattern with so many bumps a grain is left in a pixel of this width; none where it would alias. */
float seen(float frequency) {
  return clamp(1.6 - 1.6 * frequency * length(fwidth(vUv)) / uGrain, 0.0, 1.0);
}

void look(vec2 uv, vec3 colour, vec2 traits, inout Surface s, inout float height) {${SURFACES[name]}}

/** Tilts the normal against the slope of \`height\`, taken from neighbouring pixels (Mikkelsen 2010). */
vec3 bent(vec3 n, float height) {
  vec3 px = dFdx(vPosition), py = dFdy(vPosition);
  vec3 rx = cross(py, n), ry = cross(n, px);
  float area = dot(px, rx);
  vec3 slope = sign(area) * (dFdx(height) * rx + dFdy(height) * ry);
  return normalize(abs(area) * n - uRelief * uGrain * slope);
}

void main() {
  vec3 n = normalize(vNormal);
  if (!gl_FrontFacing) n = -n;
  Surface s = Surface(vec3(0.5), n, 0.9, 0.15, 0.0, 0.0);
  float height = 0.0;
  look(vUv + uOffset, vColour, vTraits, s, height);
  ${HAS_HEIGHT.has(name) ? "s.normal = bent(n, height);" : ""}
  fragment = vec4(lit(s, vPosition), vDepth);
}
`;
}

/** Parts carry their relief in their geometry. */
const HAS_HEIGHT = new Set<SurfaceName>(
  (Object.keys(SURFACES) as SurfaceName[]).filter((name) => name !== "plant" && name !== "insect"),
);

/** Membrane, veins and a thin-film sheen. Blended over what lies behind. */
export const WING_FRAGMENT = /* glsl */ `${PRECISION}${LIGHTING_UNIFORMS}${FRAGMENT_INPUT}
${NOISE}${LIGHTING}
float line(float distance, float width) {
  return smoothstep(width, width * 0.4, abs(distance));
}

/** A costa along the leading edge, three radiating main veins and a few cross veins. */
float veins(vec2 uv) {
  float u = uv.x, v = uv.y;
  float sum = line(v - 0.03, 0.05) + line(v - 0.97, 0.02);
  sum += line(v - 0.2 - 0.12 * u, 0.026) * step(u, 0.86);
  sum += line(v - 0.42 - 0.2 * u * u, 0.024) * step(u, 0.8);
  sum += line(v - 0.66 - 0.22 * u, 0.022) * step(u, 0.66);
  float between = step(0.16, v) * step(v, 0.66 + 0.2 * u);
  sum += between * (line(u - 0.36 - 0.1 * v, 0.014) + line(u - 0.56 + 0.14 * v, 0.014) + line(u - 0.76 + 0.2 * v, 0.014));
  return min(1.0, sum);
}

void main() {
  vec3 view = normalize(uEye - vPosition);
  vec3 n = normalize(vNormal);
  if (dot(n, view) < 0.0) n = -n;
  n = normalize(n + 0.12 * (vec3(noise(vUv * 19.0), noise(vUv * 23.0 + 7.0), noise(vUv * 17.0 + 3.0)) - 0.5));
  float vein = veins(vUv);
  float facing = max(dot(n, view), 0.0);
  float fresnel = 0.03 + 0.6 * pow(1.0 - facing, 4.0);
  float path = 3.4 + 2.6 * noise(vUv * 3.0);
  vec3 film = 0.5 + 0.5 * cos(6.2831853 * (path * sqrt(1.0 - 0.4 * (1.0 - facing * facing)) + vec3(0.0, 0.33, 0.67)));
  vec3 reflection = sky(reflect(-view, n), 0.25) * uAmbient * fresnel * mix(vec3(1.0), film, 0.55);
  vec3 middle = normalize(view + uSunDirection);
  reflection += uSunColour * pow(max(dot(n, middle), 0.0), 50.0) * 0.5 * mix(vec3(1.0), film, 0.6);
  vec3 membrane = vColour * (irradiance(n) + irradiance(-n) + uSunColour * abs(dot(n, uSunDirection))) * 0.6;
  float opacity = mix(vTraits.y, min(1.0, vTraits.y * 2.2 + 0.45), vein);
  vec3 body = membrane * mix(1.0, 0.22, vein);
  fragment = vec4(body * opacity + reflection * (0.35 + 0.65 * opacity), opacity);
}
`;

/** Position only: shadows, instance ids and silhouettes. */
export const FLAT_VERTEX = /* glsl */ `${PRECISION}
uniform mat4 modelMatrix;
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
in vec3 position;
void main() {
  gl_Position = projectionMatrix * viewMatrix * modelMatrix * vec4(position, 1.0);
}
`;

/** Writes a number as it is: unlit, unblended, unconverted. */
export const FLAT_FRAGMENT = /* glsl */ `${PRECISION}
uniform float uId;
out vec4 fragment;
void main() {
  fragment = vec4(uId / 255.0, 0.0, 0.0, 1.0);
}
`;

/** Position as in FLAT_VERTEX, so that both passes cover the same pixels. */
export const TRACE_VERTEX = /* glsl */ `${PRECISION}
uniform mat4 modelMatrix;
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
in vec3 position;
in vec3 normal;
in float part;
out vec3 vSeen;
out vec3 vNormal;
flat out float vPart;
void main() {
  vSeen = (viewMatrix * modelMatrix * vec4(position, 1.0)).xyz;
  vNormal = mat3(viewMatrix) * (mat3(modelMatrix) * normal);
  vPart = part;
  gl_Position = projectionMatrix * viewMatrix * modelMatrix * vec4(position, 1.0);
}
`;

/** Writes numbers as they are: instance + 256 x part, the distance along the view, and the normal as an octahedral pair. */
export const TRACE_FRAGMENT = /* glsl */ `${PRECISION}
uniform float uId;
in vec3 vSeen;
in vec3 vNormal;
flat in float vPart;
out vec4 fragment;
void main() {
  vec3 n = normalize(vNormal);
  if (dot(n, vSeen) > 0.0) n = -n;
  n /= abs(n.x) + abs(n.y) + abs(n.z);
  vec2 folded = (1.0 - abs(n.yx)) * vec2(n.x >= 0.0 ? 1.0 : -1.0, n.y >= 0.0 ? 1.0 : -1.0);
  float part = uId > 0.0 ? vPart : 0.0;
  fragment = vec4(uId + 256.0 * floor(part + 0.5), -vSeen.z, n.z >= 0.0 ? n.xy : folded);
}
`;

export const SCREEN_VERTEX = /* glsl */ `${PRECISION}
in vec3 position;
out vec2 vScreen;
void main() {
  vScreen = position.xy * 0.5 + 0.5;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}
`;

/** Behind everything: an environment out of focus, or leaves and lights dissolved into discs. */
export function backdropFragment(kind: "environment" | "foliage" | "plain"): string {
  return /* glsl */ `${PRECISION}${LIGHTING_UNIFORMS}
uniform mat4 uUnproject;
uniform vec3 uA, uB, uC;
uniform vec2 uOffset;
in vec2 vScreen;
out vec4 fragment;
${NOISE}${LIGHTING}
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
  fragment = vec4(colour, 60000.0);
}
`;
}

const BACKDROPS = {
  environment: /* glsl */ `vec3 colour = sky(direction, 0.35) * 0.9;`,
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

/** Diameter of the circle of confusion in pixels (thin lens). */
float confusion(float depth) {
  return uAperture * abs(1.0 - uFocus / depth);
}

const mat2 GOLDEN_TURN = mat2(-0.7373689, 0.6754903, -0.6754903, -0.7373689);

/** A disc of samples; one counts where its own blur reaches the middle, so sharp things do not bleed. */
vec3 blurred(vec2 at) {
  // Turned by pixel (Jimenez 2014), so that the gaps between few samples become grain in place of rings.
  float turn = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  vec2 direction = vec2(cos(turn), sin(turn));
  vec4 here = texture(uImage, at);
  float size = confusion(here.a);
  vec3 sum = min(here.rgb, 8.0);
  float weight = 1.0;
  float widest = uAperture * 0.5;
  for (int i = 0; i < uTaps; i++) {
    float distance = widest * sqrt((float(i) + 0.5) / float(uTaps));
    direction = GOLDEN_TURN * direction;
    vec4 there = texture(uImage, at + distance * uPixel * direction);
    float reach = 0.5 * (there.a > here.a ? min(size, confusion(there.a)) : confusion(there.a));
    float w = smoothstep(distance - 0.8, distance + 0.4, reach);
    sum += w * min(there.rgb, 8.0);
    weight += w;
  }
  return sum / weight;
}

vec3 tone(vec3 c) {
  c = 1.0 - exp(-1.35 * c);
  return pow(c, vec3(1.0 / 2.2));
}

/** Strengthens colours, but no further than the brightest channel bears: clipped petals would lose their form. */
vec3 saturated(vec3 c) {
  float grey = clamp(dot(c, vec3(0.299, 0.587, 0.114)), 0.0, 1.0);
  vec3 vivid = uSaturation * (c - grey);
  float widest = max(vivid.r, max(vivid.g, vivid.b));
  return grey + vivid * min(1.0, (1.0 - grey) / max(widest, 0.001));
}

void main() {
  vec2 off = vScreen - 0.5;
  vec3 c = blurred(vScreen);
  if (uAberration > 0.05) {
    vec2 fringe = off * uAberration * 2.0 * uPixel;
    c = vec3(texture(uImage, vScreen + fringe).r, c.g, texture(uImage, vScreen - fringe).b) * 0.7 + c * 0.3;
  }
  c *= uBalance * uExposure * (1.0 - uVignette * 1.6 * dot(off, off));
  c = tone(max(c, 0.0));
  c = 0.5 + (c - 0.5) * uContrast;
  c = saturated(c);
  fragment = vec4(clamp(c, 0.0, 1.0), 1.0);
}
`;

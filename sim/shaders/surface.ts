/** Opaque surfaces: one vertex program, and a fragment program for each look. */
import { LIGHTING, LIGHTING_UNIFORMS } from "./lighting.js";
import { NOISE } from "./noise.js";
import { PRECISION } from "./precision.js";
import { SURFACES, type SurfaceName } from "./surfaces.js";

export const SURFACE_VERTEX = /* glsl */ `${PRECISION}
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

export const SURFACE_INPUT = /* glsl */ `
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
  return /* glsl */ `${PRECISION}${LIGHTING_UNIFORMS}${SURFACE_INPUT}
uniform vec3 uA, uB, uC;
uniform float uGrain, uRelief, uMetal;
uniform vec2 uOffset;
${NOISE}${LIGHTING}
/** Patterns fade out as their bumps near a pixel's width: all is left below 3/8 of a bump a pixel, none above one. */
const float FADE = 1.6;
/** Of surfaces whose look does not say otherwise. */
const float MATTE_ROUGHNESS = 0.9;
const float MATTE_SPECULAR = 0.15;

/** How much of a pattern with so many bumps a grain is left in a pixel of this width; none where it would alias. */
float seen(float frequency) {
  return clamp(FADE - FADE * frequency * length(fwidth(vUv)) / uGrain, 0.0, 1.0);
}

void look(vec2 uv, vec3 colour, vec2 traits, inout Surface s, inout float height) {${SURFACES[name]}}

/** Tilts the normal against the slope of \`height\` between neighbouring pixels (Mikkelsen 2010). */
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
  Surface s = Surface(vec3(0.5), n, MATTE_ROUGHNESS, MATTE_SPECULAR, 0.0, 0.0);
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

/** Wings: translucent membranes over what lies behind. */
import { LIGHTING, LIGHTING_UNIFORMS } from "./lighting.js";
import { NOISE } from "./noise.js";
import { PRECISION } from "./precision.js";
import { SURFACE_INPUT } from "./surface.js";

/** Membrane, veins and a thin-film sheen. Blended over what lies behind. */
export const WING_FRAGMENT = /* glsl */ `${PRECISION}${LIGHTING_UNIFORMS}${SURFACE_INPUT}
${NOISE}${LIGHTING}
/** Unevenness of the membrane, as a tilt of its normal. */
const float CRUMPLE = 0.12;
/** Roughness of what it mirrors. */
const float WING_ROUGHNESS = 0.25;
/** Reflectance straight on, and what it gains at grazing angles. */
const float WING_REFLECTANCE = 0.03;
const float WING_GRAZING = 0.6;
const float WING_GLEAM_POWER = 50.0;
/** Optical path through the membrane in wavelengths: least, and how far it varies. */
const vec2 FILM_PATH = vec2(3.4, 2.6);
/** sin²/n² of the film: 1 / 1.58². */
const float FILM_BEND = 0.4;
/** Of the veins against the membrane. */
const float VEIN_SHADE = 0.22;

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
  n = normalize(n + CRUMPLE * (vec3(noise(vUv * 19.0), noise(vUv * 23.0 + 7.0), noise(vUv * 17.0 + 3.0)) - 0.5));
  float vein = veins(vUv);
  float facing = max(dot(n, view), 0.0);
  float fresnel = WING_REFLECTANCE + WING_GRAZING * pow(1.0 - facing, 4.0);
  float path = FILM_PATH.x + FILM_PATH.y * noise(vUv * 3.0);
  vec3 film = 0.5 + 0.5 * cos(TWO_PI * (path * sqrt(1.0 - FILM_BEND * (1.0 - facing * facing)) + vec3(0.0, 0.33, 0.67)));
  vec3 reflection = sky(reflect(-view, n), WING_ROUGHNESS) * uAmbient * fresnel * mix(vec3(1.0), film, 0.55);
  vec3 middle = normalize(view + uSunDirection);
  reflection += uSunColour * pow(max(dot(n, middle), 0.0), WING_GLEAM_POWER) * 0.5 * mix(vec3(1.0), film, 0.6);
  vec3 membrane = vColour * (irradiance(n) + irradiance(-n) + uSunColour * abs(dot(n, uSunDirection))) * 0.6;
  float opacity = mix(vTraits.y, min(1.0, vTraits.y * 2.2 + 0.45), vein);
  vec3 body = membrane * mix(1.0, VEIN_SHADE, vein);
  fragment = vec4(body * opacity + reflection * (0.35 + 0.65 * opacity), opacity);
}
`;

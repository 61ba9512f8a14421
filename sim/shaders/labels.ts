/** Programs that write labels: unlit, unblended, unconverted. */
import { PRECISION } from "./precision.js";

/** Numbers of instances and parts share a channel: instance + PART_STEP * part. */
export const PART_STEP = 256;

/** Position only: shadows, instance ids and silhouettes. */
export const INSTANCE_VERTEX = /* glsl */ `${PRECISION}
uniform mat4 modelMatrix;
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
in vec3 position;
void main() {
  gl_Position = projectionMatrix * viewMatrix * modelMatrix * vec4(position, 1.0);
}
`;

/** Writes a number as it is: unlit, unblended, unconverted. */
export const INSTANCE_FRAGMENT = /* glsl */ `${PRECISION}
uniform float uId;
out vec4 fragment;
void main() {
  fragment = vec4(uId / 255.0, 0.0, 0.0, 1.0);
}
`;

/** Position as in INSTANCE_VERTEX, so that both passes cover the same pixels. */
export const LABEL_VERTEX = /* glsl */ `${PRECISION}
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

/** Writes numbers as they are: instance + PART_STEP x part, the distance along the view, and the normal as an octahedral pair. */
export const LABEL_FRAGMENT = /* glsl */ `${PRECISION}
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
  fragment = vec4(uId + ${PART_STEP}.0 * floor(part + 0.5), -vSeen.z, n.z >= 0.0 ? n.xy : folded);
}
`;

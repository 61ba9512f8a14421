/** A triangle pair over the whole picture. */
import { PRECISION } from "./precision.js";

export const SCREEN_VERTEX = /* glsl */ `${PRECISION}
in vec3 position;
out vec2 vScreen;
void main() {
  vScreen = position.xy * 0.5 + 0.5;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}
`;

/** Integer-hashed value noise and cells: the same on every driver that keeps IEEE integers. */
export const NOISE = /* glsl */ `
uint mixBits(uvec2 q) {
  uint h = q.x * 1597334673u ^ q.y * 3812015801u;
  h ^= h >> 15u;
  h *= 2246822519u;
  h ^= h >> 13u;
  return h;
}

float hash(ivec2 cell) {
  return float(mixBits(uvec2(cell)) >> 8u) * (1.0 / 16777216.0);
}

/** In [0, 1], one lattice unit a bump. */
float noise(vec2 p) {
  vec2 floored = floor(p);
  ivec2 cell = ivec2(floored);
  vec2 f = p - floored;
  f = f * f * (3.0 - 2.0 * f);
  float a = hash(cell), b = hash(cell + ivec2(1, 0));
  float c = hash(cell + ivec2(0, 1)), d = hash(cell + ivec2(1, 1));
  return mix(mix(a, b, f.x), mix(c, d, f.x), f.y);
}

const mat2 OCTAVE = mat2(1.6, 1.2, -1.2, 1.6);

float fbm3(vec2 p) {
  float sum = 0.5 * noise(p);
  p = OCTAVE * p + 17.3;
  sum += 0.25 * noise(p);
  p = OCTAVE * p + 17.3;
  return (sum + 0.125 * noise(p)) * 1.1429;
}

float fbm5(vec2 p) {
  float sum = 0.0, weight = 0.5;
  for (int i = 0; i < 5; i++) {
    sum += weight * noise(p);
    p = OCTAVE * p + 17.3;
    weight *= 0.5;
  }
  return sum * 1.0323;
}

/** Distance to the nearest of the cells' points, and that cell's hash. */
vec2 cells(vec2 p) {
  vec2 floored = floor(p);
  ivec2 base = ivec2(floored);
  vec2 f = p - floored;
  vec2 best = vec2(9.0, 0.0);
  for (int y = -1; y <= 1; y++)
    for (int x = -1; x <= 1; x++) {
      uint bits = mixBits(uvec2(base + ivec2(x, y)));
      vec2 point = vec2(float(x), float(y)) + vec2(float(bits & 1023u), float((bits >> 10u) & 1023u)) / 1024.0;
      vec2 d = point - f;
      float distance = dot(d, d);
      if (distance < best.x) best = vec2(distance, float(bits >> 20u) / 4096.0);
    }
  return vec2(sqrt(best.x), best.y);
}
`;

/**
 * The looks of every surface. Each entry is the body of
 * `void look(vec2 uv, vec3 colour, vec2 traits, inout Surface s, inout float height)`, where uv is in millimetres on
 * grounds and in [0, 1]² on parts, colour and traits (gloss, translucency) come from the vertices, and height bends
 * the normal. uA, uB and uC are the material's colours from dark to light; uGrain its size in millimetres.
 */
export const SURFACES = {
  soil: /* glsl */ `
    vec2 p = uv / uGrain;
    float clods = fbm5(p * 0.45);
    vec2 crumb = cells(p * 2.6 + 2.0 * clods);
    float fine = noise(p * 9.0);
    height = 0.9 * clods + 0.35 * (1.0 - crumb.x) + 0.08 * fine;
    s.albedo = mix(uA, uB, smoothstep(0.25, 0.75, clods)) * (0.6 + 0.5 * crumb.y + 0.25 * fine);
    s.albedo = mix(s.albedo, uC, step(0.965, crumb.y) * 0.6);
    s.albedo *= 0.6 + 0.4 * smoothstep(0.75, 0.3, crumb.x);
  `,
  sand: /* glsl */ `
    vec2 p = uv / uGrain;
    vec2 grain = cells(p * 2.6);
    vec2 coarse = cells(p * 0.7 + 31.0);
    float dunes = fbm3(p * 0.12);
    height = 0.4 * (1.0 - grain.x) + 0.6 * dunes + 0.5 * max(0.0, 0.35 - coarse.x);
    s.albedo = mix(uA, uB, 0.3 + 0.5 * dunes + 0.35 * (grain.y - 0.5));
    s.albedo = mix(s.albedo, uC, step(0.85, grain.y) * 0.6);
    s.albedo = mix(s.albedo, uA * 0.35, step(0.06, grain.y) < 0.5 ? 0.8 : 0.0);
    s.albedo *= 0.62 + 0.38 * smoothstep(0.7, 0.2, grain.x);
  `,
  stone: /* glsl */ `
    vec2 p = uv / uGrain;
    float broad = fbm5(p * 0.16);
    float rough = fbm3(p * 1.9 + 40.0);
    float lichen = smoothstep(0.58, 0.66, fbm3(p * 0.3 + 90.0));
    height = 0.9 * broad + 0.3 * rough;
    s.albedo = mix(uA, uB, smoothstep(0.2, 0.8, broad * 0.6 + rough * 0.4)) * (0.75 + 0.5 * noise(p * 7.0));
    s.albedo = mix(s.albedo, uC, lichen * 0.55);
  `,
  concrete: /* glsl */ `
    vec2 p = uv / uGrain;
    float stain = fbm5(p * 0.08);
    float fine = noise(p * 4.0) * 0.6 + noise(p * 9.0) * 0.4;
    vec2 pore = cells(p * 0.9);
    float hole = smoothstep(0.16, 0.08, pore.x) * step(0.7, pore.y);
    height = 0.25 * fine - 0.5 * hole + 0.3 * stain;
    s.albedo = mix(uA, uB, 0.25 + 0.5 * stain + 0.3 * (fine - 0.5)) * (1.0 - 0.6 * hole);
    s.albedo = mix(s.albedo, uC, step(0.9, pore.y) * smoothstep(0.35, 0.2, pore.x) * 0.6);
  `,
  wood: /* glsl */ `
    vec2 p = uv / uGrain;
    float bow = noise(vec2(p.x * 0.05, p.y * 0.12)) * 4.0;
    float rings = 0.5 + 0.5 * sin((p.y + bow) * 2.1 + 2.0 * noise(vec2(p.x * 0.2, p.y)));
    float fibre = noise(vec2(p.x * 0.22, p.y * 7.0)) * 0.6 + noise(vec2(p.x * 0.9, p.y * 17.0)) * 0.4;
    float crack = smoothstep(0.66, 0.72, noise(vec2(p.x * 0.07, p.y * 0.9)) * 0.8 + 0.2 * fibre);
    height = 0.3 * rings + 0.35 * fibre - 1.2 * crack;
    s.albedo = mix(uA, uB, 0.55 * rings + 0.45 * fibre);
    s.albedo = mix(s.albedo, uC, 0.25 * noise(p * 0.1)) * (1.0 - 0.8 * crack);
  `,
  bark: /* glsl */ `
    vec2 p = uv / uGrain;
    vec2 bent = vec2(p.x * 0.16, p.y * 0.55) + 0.8 * fbm3(p * 0.2);
    float ridges = 1.0 - abs(2.0 * fbm3(bent * 1.6) - 1.0);
    float flakes = fbm3(p * vec2(0.7, 1.6) + 20.0);
    height = 1.8 * ridges + 0.6 * flakes;
    s.albedo = mix(uA, uB, smoothstep(0.45, 0.95, ridges)) * (0.6 + 0.7 * flakes);
    s.albedo = mix(s.albedo, uC, smoothstep(0.62, 0.75, fbm3(p * 0.25 + 70.0)) * 0.6);
  `,
  leaf: /* glsl */ `
    vec2 p = uv / uGrain;
    float side = abs(p.y) * 0.62 + p.x * 0.5;
    float vein = abs(fract(side * 0.16) - 0.5) * 2.0;
    float veins = smoothstep(0.1, 0.0, vein) * 0.8 + smoothstep(0.35, 0.0, abs(p.y)) * 1.2;
    vec2 mesh = cells(p * 2.3);
    float net = smoothstep(0.5, 0.8, mesh.x);
    float patchy = fbm3(p * 0.12);
    height = -0.5 * veins + 0.18 * (1.0 - mesh.x);
    s.albedo = mix(uA, uB, patchy * 0.9 + 0.06 * mesh.y);
    s.albedo = mix(s.albedo, uC, clamp(veins * 0.5 + net * 0.1, 0.0, 1.0));
    s.albedo = mix(s.albedo, vec3(0.16, 0.09, 0.03), smoothstep(0.72, 0.8, fbm3(p * 0.22 + 50.0)) * 0.7);
    s.roughness = 0.42;
    s.specular = 0.6;
    s.translucency = 0.5;
  `,
  petal: /* glsl */ `
    vec2 p = uv / uGrain;
    float streak = noise(vec2(p.x * 0.05, p.y * 1.4)) * 0.6 + noise(vec2(p.x * 0.2, p.y * 4.0)) * 0.4;
    float soft = fbm3(p * 0.08);
    height = 0.25 * streak + 0.5 * soft;
    s.albedo = mix(uA, uB, 0.5 * streak + 0.6 * soft);
    s.albedo = mix(s.albedo, uC, smoothstep(0.6, 0.8, fbm3(p * 0.05 + 13.0)) * 0.5);
    s.translucency = 0.5;
  `,
  honeycomb: /* glsl */ `
    vec2 p = uv / (uGrain * 5.4);
    vec2 r = vec2(1.0, 1.7320508);
    vec2 a = mod(p, r) - r * 0.5, b = mod(p - r * 0.5, r) - r * 0.5;
    vec2 g = dot(a, a) < dot(b, b) ? a : b;
    vec2 id = p - g;
    vec2 q = abs(g);
    float edge = 0.5 - max(q.x, dot(q, vec2(0.5, 0.8660254)));
    float wall = smoothstep(0.09, 0.03, edge);
    float capped = step(0.6, hash(ivec2(floor(id * 2.0 + 0.5))));
    float rough = fbm3(uv * 1.5);
    height = 2.2 * smoothstep(0.02, 0.2, edge) * (capped > 0.5 ? 0.3 : -1.0) + 0.3 * rough;
    s.albedo = mix(mix(uA * 0.4, uC, capped * 0.8) * (0.6 + 0.6 * rough), uB, wall);
    s.roughness = 0.5;
    s.specular = 0.6;
  `,
  plain: /* glsl */ `
    vec2 p = uv / uGrain;
    float fine = noise(p * 3.0);
    height = 0.05 * fine;
    s.albedo = mix(uB, uC, 0.25 * fbm3(p * 0.03)) * (0.97 + 0.05 * fine);
    s.roughness = 0.6;
    s.specular = 0.4;
  `,
  plant: /* glsl */ `
    float streak = noise(vec2(uv.x * 3.0, uv.y * 26.0));
    float spots = noise(uv * 14.0);
    height = 0.0;
    s.albedo = colour * (0.78 + 0.3 * streak + 0.14 * spots);
    s.roughness = 1.0 - 0.7 * traits.x;
    s.specular = traits.x;
    s.translucency = traits.y;
  `,
  insect: /* glsl */ `
    float pits = noise(uv * vec2(70.0, 110.0));
    height = 0.0;
    s.albedo = colour * (0.86 + 0.28 * pits);
    s.roughness = 1.0 - 0.82 * traits.x;
    s.specular = traits.x;
    s.translucency = traits.y;
    s.metal = uMetal * traits.x;
  `,
} as const;
export type SurfaceName = keyof typeof SURFACES;

/**
 * The looks of every surface. Each entry is the body of
 * `void look(vec2 uv, vec3 colour, vec2 traits, inout Surface s, inout float height)`, where uv is in millimetres on
 * grounds and in [0, 1]² on parts, colour and traits (gloss, translucency) come from the vertices, and height bends
 * the normal. The bare numbers are each look's own proportions, found by eye. uA, uB and uC are the material's colours from dark to light; uGrain its size in millimetres.
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
    float broad = fbm3(p * 0.2);
    float grit = noise(p * 7.0) + 0.8 * seen(23.0) * (noise(p * 23.0) - 0.5);
    float rough = fbm3(p * 1.9 + 40.0);
    float lichen = smoothstep(0.58, 0.66, fbm3(p * 0.3 + 90.0));
    height = 0.9 * broad + 0.3 * rough + 0.06 * grit;
    s.albedo = mix(uA, uB, smoothstep(0.2, 0.8, broad * 0.6 + rough * 0.4)) * (0.75 + 0.5 * grit);
    s.albedo = mix(s.albedo, uC, lichen * 0.55) * colour;
  `,
  concrete: /* glsl */ `
    vec2 p = uv / uGrain;
    float stain = fbm5(p * 0.08);
    float fine = noise(p * 4.0) * 0.6 + noise(p * 9.0) * 0.4;
    vec2 pore = cells(p * 0.9 + 0.5 * fine);
    float hole = smoothstep(0.16, 0.08, pore.x) * step(0.82, pore.y) * step(pore.y, 0.9);
    height = 0.25 * fine - 0.5 * hole + 0.3 * stain;
    s.albedo = mix(uA, uB, 0.25 + 0.5 * stain + 0.3 * (fine - 0.5)) * (1.0 - 0.6 * hole);
    s.albedo = mix(s.albedo, uC, step(0.9, pore.y) * smoothstep(0.35, 0.2, pore.x) * 0.6);
  `,
  wood: /* glsl */ `
    vec2 p = uv / uGrain;
    float bow = noise(vec2(p.x * 0.05, p.y * 0.12)) * 4.0;
    float rings = 0.5 + 0.5 * sin((p.y + bow) * 2.1 + 2.0 * noise(vec2(p.x * 0.2, p.y)));
    float coarse = seen(7.0), thin = seen(17.0);
    float fibre = 0.5 + 0.6 * coarse * (noise(vec2(p.x * 0.4, p.y * 7.0)) - 0.5) +
      0.4 * thin * (noise(vec2(p.x * 1.7, p.y * 17.0)) - 0.5);
    float crack = smoothstep(0.7, 0.78, noise(vec2(p.x * 0.07, p.y * 1.3)) * 0.8 + 0.2 * fibre);
    height = 0.3 * rings + 0.35 * fibre - 0.8 * crack;
    s.albedo = mix(uA, uB, 0.4 * rings + 0.6 * fibre);
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
    float away = abs(p.y);
    vec2 sway = vec2(noise(p * 0.11 + 5.0), noise(p * 0.23 + 60.0)) - 0.5;
    float side = (p.x - 7.5 * sqrt(0.25 * away + 0.01) + 4.0 * sway.x) * 0.11 + step(p.y, 0.0) * 0.43;
    float vein = abs(fract(side) - 0.5);
    float veins = smoothstep(0.035, 0.008, vein) * 0.7 * exp(-0.03 * away) + smoothstep(0.4, 0.1, away) * 1.2;
    vec2 mesh = cells(p * 1.7 + 1.4 * sway);
    float net = smoothstep(0.45, 0.85, mesh.x) * seen(1.7);
    float patchy = fbm3(p * 0.12);
    height = -0.5 * veins + 0.1 * (1.0 - mesh.x);
    s.albedo = mix(uA, uB, 0.15 + patchy * 0.75);
    s.albedo = mix(s.albedo, uC, clamp(veins * 0.5 + net * 0.05, 0.0, 1.0));
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
  lamina: /* glsl */ `
    float across = 2.0 * uv.y - 1.0;
    float along = uv.x - 2.0 * floor(0.5 * uv.x);
    float fine = clamp(1.6 - 20.0 * fwidth(uv.y), 0.0, 1.0);
    float veins = 0.5 + fine * (noise(vec2(uv.x * 1.7, uv.y * 11.0)) - 0.5) +
      0.6 * clamp(1.6 - 56.0 * fwidth(uv.y), 0.0, 1.0) * (noise(vec2(uv.x * 2.6, uv.y * 31.0)) - 0.5);
    float midrib = exp(-60.0 * across * across) * (1.0 - along);
    height = 0.14 * across * across + 0.025 * veins - 0.09 * midrib;
    s.albedo = colour * (0.86 + 0.28 * veins) * (1.0 - 0.14 * midrib);
    s.roughness = 1.0 - 0.7 * traits.x;
    s.specular = traits.x;
    s.translucency = traits.y;
  `,
  florets: /* glsl */ `
    // Spirals of 21 and 34, as daisies have; radius and turn advance so that the cells between them are square.
    float ring = 4.25 * log(max(uv.x, 0.05));
    vec2 place = vec2(21.0 * uv.y + ring, 34.0 * uv.y - ring) + 0.5 * noise(vec2(40.0 * uv.x, 60.0 * abs(uv.y - 0.5)));
    vec2 cell = floor(place);
    vec2 off = place - cell - 0.5;
    float tone = hash(ivec2(mod(cell, vec2(21.0, 34.0))));
    float bud = max(0.0, 1.0 - 3.4 * dot(off, off)) * smoothstep(0.06, 0.35, uv.x);
    float mouth = smoothstep(0.03, 0.0, dot(off, off)) * step(0.5, uv.x);
    height = 0.5 * uv.x * bud;
    s.albedo = colour * (0.4 + 0.75 * bud) * (0.65 + 0.7 * tone) * (1.0 - 0.4 * mouth);
    s.roughness = 1.0 - 0.7 * traits.x;
    s.specular = traits.x;
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

/** Light from photographs: an environment map as harmonics (what falls on a surface) and as small maps (what it mirrors). */
import {
  DataTexture,
  DataUtils,
  FloatType,
  HalfFloatType,
  LinearFilter,
  RGBAFormat,
  type Texture,
  Vector3,
} from "three";
import { EXRLoader } from "three/examples/jsm/loaders/EXRLoader.js";
import { failed } from "../../src/shared/errors.js";
import type { EnvironmentName } from "../scene/environment-names.js";

export interface Environment {
  /** Ramamoorthi & Hanrahan's nine coefficients; a level white surface receives 1. */
  irradiance: Vector3[];
  /** Octahedral maps of the radiance. */
  sharp: Texture;
  blurred: Texture;
}

/** Radiance over the whole sphere: equirectangular, row 0 at the zenith, z up. */
interface Panorama {
  width: number;
  height: number;
  rgb: Float32Array;
}

const SHARP = 96;
const BLURRED = 24;
/** Of the cosine that a rough surface mirrors with. */
const LOBE_POWER = 14;
/** The sun is a light of its own, so that nothing in a map may outshine this multiple of its mean. */
const CEILING = 8;

const loaded = new Map<EnvironmentName, Promise<Environment>>();

/** Loads a map once a process. */
export function loadEnvironment(name: EnvironmentName): Promise<Environment> {
  if (!loaded.has(name)) loaded.set(name, prepare(name));
  return loaded.get(name)!;
}

async function prepare(name: EnvironmentName): Promise<Environment> {
  const full = normalised(reduced(await decode(name), 128));
  const small = reduced(full, 32);
  return {
    irradiance: harmonics(small),
    sharp: octahedral(SHARP, (d) => lookUp(full, d)),
    blurred: octahedral(BLURRED, lobes(small)),
  };
}

async function decode(name: EnvironmentName): Promise<Panorama> {
  try {
    const { default: url } = (await import(`@pmndrs/assets/hdri/${name}.exr.js`)) as { default: string };
    const bytes = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { data, width, height } = new EXRLoader().setDataType(FloatType).parse(buffer) as DecodedExr;
    return { width, height, rgb: topDown(data, width, height) };
  } catch (error) {
    throw failed(`environment ${name}`, (error as Error).message, error);
  }
}

interface DecodedExr {
  data: Float32Array;
  width: number;
  height: number;
}

/** EXRLoader hands over RGBA from the bottom row up. */
function topDown(rgba: Float32Array, width: number, height: number): Float32Array {
  const rgb = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        rgb[(y * width + x) * 3 + c] = rgba[((height - 1 - y) * width + x) * 4 + c]!;
  return rgb;
}

/** Box filter to a smaller width of the same shape. */
function reduced({ width, height, rgb }: Panorama, to: number): Panorama {
  const step = width / to;
  const rows = Math.round(height / step);
  const out = new Float32Array(to * rows * 3);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < to; x++)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < step; j++)
          for (let i = 0; i < step; i++) sum += rgb[((y * step + j) * width + x * step + i) * 3 + c]!;
        out[(y * to + x) * 3 + c] = sum / (step * step);
      }
  return { width: to, height: rows, rgb: out };
}

/** Scales so that the light on a level surface is 1, after the brightest spots are cut to a multiple of the mean. */
function normalised(panorama: Panorama): Panorama {
  const mean = panorama.rgb.reduce((sum, v) => sum + v, 0) / panorama.rgb.length;
  const cut = panorama.rgb.map((v) => Math.min(v, CEILING * mean));
  const level = harmonics({ ...panorama, rgb: cut });
  const upward = level[0]!.clone().add(level[2]!).addScaledVector(level[6]!, 2);
  const scale = 3 / (upward.x + upward.y + upward.z);
  return { ...panorama, rgb: cut.map((v) => v * scale) };
}

/** Coefficients of E(n)/π, with the basis functions' and the cosine lobe's constants folded in. */
function harmonics(panorama: Panorama): Vector3[] {
  const sums = new Float64Array(27);
  forEachTexel(panorama, (x, y, z, solidAngle, i) => {
    const basis = [1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y];
    for (let k = 0; k < 9; k++)
      for (let c = 0; c < 3; c++)
        sums[3 * k + c]! += basis[k]! * solidAngle * FOLDED[k]! * panorama.rgb[i + c]!;
  });
  return FOLDED.map((_, k) => new Vector3().fromArray(sums, 3 * k));
}

/** Band l: K(l,m)² · A(l) / π, with A = π, 2π/3, π/4. */
const FOLDED = [
  0.282095 ** 2,
  ...[1, 2, 3].map(() => 0.488603 ** 2 * (2 / 3)),
  1.092548 ** 2 / 4,
  1.092548 ** 2 / 4,
  0.315392 ** 2 / 4,
  1.092548 ** 2 / 4,
  0.546274 ** 2 / 4,
];

type Rgb3 = [number, number, number];

/** @param visit is given the texel's direction, its solid angle and where its three values begin */
function forEachTexel(
  { width, height }: Panorama,
  visit: (x: number, y: number, z: number, solidAngle: number, index: number) => void,
): void {
  for (let row = 0; row < height; row++) {
    const polar = (Math.PI * (row + 0.5)) / height;
    const solidAngle = ((2 * Math.PI) / width) * (Math.PI / height) * Math.sin(polar);
    for (let column = 0; column < width; column++) {
      const turn = (2 * Math.PI * (column + 0.5)) / width;
      const [x, y] = [Math.sin(polar) * Math.cos(turn), Math.sin(polar) * Math.sin(turn)];
      visit(x, y, Math.cos(polar), solidAngle, (row * width + column) * 3);
    }
  }
}

function lookUp({ width, height, rgb }: Panorama, d: Vector3): Rgb3 {
  const turn = Math.atan2(d.y, d.x) / (2 * Math.PI);
  const x = Math.floor((turn - Math.floor(turn)) * width) % width;
  const y = Math.min(height - 1, Math.floor((Math.acos(Math.max(-1, Math.min(1, d.z))) / Math.PI) * height));
  const i = (y * width + x) * 3;
  return [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
}

/** The mean under a power-cosine lobe about a direction: what a rough surface mirrors. */
function lobes(panorama: Panorama): (towards: Vector3) => Rgb3 {
  const texels: number[] = [];
  forEachTexel(panorama, (x, y, z, solidAngle, i) => texels.push(x, y, z, solidAngle, i));
  const { rgb } = panorama;
  return (towards) => {
    let [red, green, blue, weights] = [0, 0, 0, 0];
    for (let t = 0; t < texels.length; t += 5) {
      const cosine = texels[t]! * towards.x + texels[t + 1]! * towards.y + texels[t + 2]! * towards.z;
      if (cosine <= 0) continue;
      const weight = texels[t + 3]! * cosine ** LOBE_POWER;
      const i = texels[t + 4]!;
      red += weight * rgb[i]!;
      green += weight * rgb[i + 1]!;
      blue += weight * rgb[i + 2]!;
      weights += weight;
    }
    return [red / weights, green / weights, blue / weights];
  };
}

function octahedral(size: number, radiance: (d: Vector3) => Rgb3): Texture {
  const half = new Uint16Array(size * size * 4);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const rgb = radiance(octahedralDirection((2 * (x + 0.5)) / size - 1, (2 * (y + 0.5)) / size - 1));
      const i = (y * size + x) * 4;
      for (let c = 0; c < 3; c++) half[i + c] = DataUtils.toHalfFloat(rgb[c]!);
      half[i + 3] = DataUtils.toHalfFloat(1);
    }
  const texture = new DataTexture(half, size, size, RGBAFormat, HalfFloatType);
  texture.minFilter = LinearFilter;
  texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  return texture;
}

/** The inverse of the shader's `octahedral`. */
function octahedralDirection(x: number, y: number): Vector3 {
  const z = 1 - Math.abs(x) - Math.abs(y);
  if (z >= 0) return new Vector3(x, y, z).normalize();
  const [fx, fy] = [(1 - Math.abs(y)) * (x >= 0 ? 1 : -1), (1 - Math.abs(x)) * (y >= 0 ? 1 : -1)];
  return new Vector3(fx, fy, z).normalize();
}

/**
 * Shader materials, pooled for the life of a process: three.js drops a program with its last material, and compiling
 * takes longer than drawing.
 */
import {
  AddEquation,
  CustomBlending,
  DoubleSide,
  GLSL3,
  type IUniform,
  NoBlending,
  OneFactor,
  OneMinusSrcAlphaFactor,
  RawShaderMaterial,
  Vector2,
  Vector3,
  ZeroFactor,
} from "three";
import type { Rgb } from "./colour.js";
import {
  backdropFragment,
  FLAT_FRAGMENT,
  FLAT_VERTEX,
  SCREEN_VERTEX,
  surfaceFragment,
  TRACE_FRAGMENT,
  TRACE_VERTEX,
  VERTEX,
  WING_FRAGMENT,
} from "./shaders/programs.js";
import type { Coat } from "./surroundings/support.js";

/** Uniforms that all materials of a scene share, by reference. */
export type LightUniforms = Record<string, IUniform>;

export type BackdropKind = "environment" | "foliage" | "plain";

export class Materials {
  private readonly idle = new Map<string, RawShaderMaterial[]>();
  private readonly busy: [string, RawShaderMaterial][] = [];

  constructor(private readonly light: LightUniforms) {}

  surface({
    surface,
    colours = WHITE,
    grain = 1,
    relief = 0,
    offset = [0, 0],
    metal = 0,
  }: Coat): RawShaderMaterial {
    const material = this.take(surface, () => ({
      vertexShader: VERTEX,
      fragmentShader: surfaceFragment(surface),
      uniforms: { ...this.light, ...colourUniforms(), ...numbers("uGrain", "uRelief", "uMetal") },
    }));
    setColours(material, colours, offset);
    material.uniforms.uGrain!.value = grain;
    material.uniforms.uRelief!.value = relief;
    material.uniforms.uMetal!.value = metal;
    return material;
  }

  /** Premultiplied over what lies behind; the distance in the alpha channel stays that of the thing behind. */
  wing(): RawShaderMaterial {
    return this.take("wing", () => ({
      vertexShader: VERTEX,
      fragmentShader: WING_FRAGMENT,
      uniforms: { ...this.light },
      transparent: true,
      depthWrite: false,
      blending: CustomBlending,
      blendEquation: AddEquation,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
      blendSrcAlpha: ZeroFactor,
      blendDstAlpha: OneFactor,
    }));
  }

  backdrop(
    kind: BackdropKind,
    colours: readonly [Rgb, Rgb, Rgb],
    offset: readonly [number, number],
  ): RawShaderMaterial {
    const material = this.take(`backdrop ${kind}`, () => ({
      vertexShader: SCREEN_VERTEX,
      fragmentShader: backdropFragment(kind),
      uniforms: { ...this.light, ...colourUniforms(), ...numbers("uUnproject") },
      depthTest: false,
      depthWrite: false,
    }));
    setColours(material, colours, offset);
    return material;
  }

  /** Writes an instance's number; 0 is the background. */
  id(number: number): RawShaderMaterial {
    return this.numbered("id", FLAT_VERTEX, FLAT_FRAGMENT, number);
  }

  /** Writes an instance's number, its parts, distances and normals. */
  trace(number: number): RawShaderMaterial {
    return this.numbered("trace", TRACE_VERTEX, TRACE_FRAGMENT, number);
  }

  /** Takes every material back; the meshes that wear them must be gone. */
  release(): void {
    for (const [key, material] of this.busy.splice(0)) this.idle.get(key)!.push(material);
  }

  private numbered(
    key: string,
    vertexShader: string,
    fragmentShader: string,
    number: number,
  ): RawShaderMaterial {
    const material = this.take(key, () => ({ vertexShader, fragmentShader, uniforms: numbers("uId") }));
    material.uniforms.uId!.value = number;
    return material;
  }

  private take(key: string, parameters: () => object): RawShaderMaterial {
    if (!this.idle.has(key)) this.idle.set(key, []);
    const material =
      this.idle.get(key)!.pop() ??
      new RawShaderMaterial({ glslVersion: GLSL3, side: DoubleSide, blending: NoBlending, ...parameters() });
    material.uniformsNeedUpdate = true;
    this.busy.push([key, material]);
    return material;
  }
}

const WHITE: readonly [Rgb, Rgb, Rgb] = [
  [1, 1, 1],
  [1, 1, 1],
  [1, 1, 1],
];

const numbers = (...names: string[]): Record<string, IUniform> =>
  Object.fromEntries(names.map((name) => [name, { value: 0 }]));

function colourUniforms(): Record<string, IUniform> {
  return {
    uA: { value: new Vector3() },
    uB: { value: new Vector3() },
    uC: { value: new Vector3() },
    uOffset: { value: new Vector2() },
  };
}

function setColours(
  { uniforms }: RawShaderMaterial,
  [a, b, c]: readonly [Rgb, Rgb, Rgb],
  [x, y]: readonly [number, number],
): void {
  uniforms.uA!.value.set(...a);
  uniforms.uB!.value.set(...b);
  uniforms.uC!.value.set(...c);
  uniforms.uOffset!.value.set(x, y);
}

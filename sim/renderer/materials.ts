/**
 * Shader materials, pooled for the life of a renderer: three.js drops a program with its last material, and compiling
 * takes longer than drawing. Whoever takes one sets every uniform that is its own, so that none remembers its last use.
 */
import {
  AddEquation,
  CustomBlending,
  DoubleSide,
  GLSL3,
  Matrix4,
  NoBlending,
  OneFactor,
  OneMinusSrcAlphaFactor,
  RawShaderMaterial,
  type ShaderMaterialParameters,
  ZeroFactor,
} from "three";
import type { Rgb } from "../geometry/colour.js";
import type { Material } from "../geometry/material.js";
import { type BackdropKind, backdropFragment } from "../shaders/backdrop.js";
import { INSTANCE_FRAGMENT, INSTANCE_VERTEX, LABEL_FRAGMENT, LABEL_VERTEX } from "../shaders/labels.js";
import { SCREEN_VERTEX } from "../shaders/screen.js";
import { SURFACE_VERTEX, surfaceFragment } from "../shaders/surface.js";
import type { SurfaceName } from "../shaders/surfaces.js";
import { WING_FRAGMENT } from "../shaders/wing.js";
import {
  type BackdropValues,
  type ColourValues,
  colourUniforms,
  type LightUniforms,
  type LightValues,
  type NumberValues,
  type SurfaceValues,
  type Uniforms,
} from "./uniforms.js";

export interface Backdrop {
  kind: BackdropKind;
  /** From dark to light, then an accent. */
  colours: readonly [Rgb, Rgb, Rgb];
  /** Shift of the pattern. */
  offset: readonly [number, number];
  /** From the screen to the world. */
  unproject: Matrix4;
}

export class Materials {
  private readonly pools: Pool<never>[] = [];
  private readonly surfaces = new Map<SurfaceName, Pool<SurfaceValues>>();
  private readonly backdrops = new Map<BackdropKind, Pool<BackdropValues>>();
  private readonly wings: Pool<LightValues>;
  private readonly instances: Pool<NumberValues>;
  private readonly labels: Pool<NumberValues>;

  constructor(private readonly light: LightUniforms) {
    this.wings = this.pool(() => ({ ...this.light }), {
      vertexShader: SURFACE_VERTEX,
      fragmentShader: WING_FRAGMENT,
      ...OVERLAID,
    });
    this.instances = this.pool(numberUniforms, {
      vertexShader: INSTANCE_VERTEX,
      fragmentShader: INSTANCE_FRAGMENT,
    });
    this.labels = this.pool(numberUniforms, { vertexShader: LABEL_VERTEX, fragmentShader: LABEL_FRAGMENT });
  }

  surface({
    surface,
    colours = WHITE,
    grain = 1,
    relief = 0,
    offset = [0, 0],
    metal = 0,
  }: Material): RawShaderMaterial {
    const { material, uniforms } = this.surfacePool(surface).take();
    setColours(uniforms, colours, offset);
    uniforms.uGrain.value = grain;
    uniforms.uRelief.value = relief;
    uniforms.uMetal.value = metal;
    return material;
  }

  /** Premultiplied over what lies behind; the distance in the alpha channel stays that of the thing behind. */
  wing(): RawShaderMaterial {
    return this.wings.take().material;
  }

  backdrop({ kind, colours, offset, unproject }: Backdrop): RawShaderMaterial {
    const { material, uniforms } = this.backdropPool(kind).take();
    setColours(uniforms, colours, offset);
    uniforms.uUnproject.value = unproject;
    return material;
  }

  /** Writes an instance's number; 0 is the background. */
  instance(number: number): RawShaderMaterial {
    return numbered(this.instances, number);
  }

  /** Writes an instance's number, its parts, distances and normals. */
  label(number: number): RawShaderMaterial {
    return numbered(this.labels, number);
  }

  /** Takes every material back; the meshes that wear them must be gone. */
  release(): void {
    for (const pool of this.pools) pool.release();
  }

  private surfacePool(surface: SurfaceName): Pool<SurfaceValues> {
    return lazily(this.surfaces, surface, () =>
      this.pool(
        () => ({
          ...this.light,
          ...colourUniforms(),
          uGrain: { value: 1 },
          uRelief: { value: 0 },
          uMetal: { value: 0 },
        }),
        { vertexShader: SURFACE_VERTEX, fragmentShader: surfaceFragment(surface) },
      ),
    );
  }

  private backdropPool(kind: BackdropKind): Pool<BackdropValues> {
    return lazily(this.backdrops, kind, () =>
      this.pool(() => ({ ...this.light, ...colourUniforms(), uUnproject: { value: new Matrix4() } }), {
        vertexShader: SCREEN_VERTEX,
        fragmentShader: backdropFragment(kind),
        depthTest: false,
        depthWrite: false,
      }),
    );
  }

  private pool<Values>(uniforms: () => Uniforms<Values>, parameters: ShaderMaterialParameters): Pool<Values> {
    const pool = new Pool(uniforms, parameters);
    this.pools.push(pool as unknown as Pool<never>);
    return pool;
  }
}

/** Drawn over what is there already. */
const OVERLAID: ShaderMaterialParameters = {
  transparent: true,
  depthWrite: false,
  blending: CustomBlending,
  blendEquation: AddEquation,
  blendSrc: OneFactor,
  blendDst: OneMinusSrcAlphaFactor,
  blendSrcAlpha: ZeroFactor,
  blendDstAlpha: OneFactor,
};

interface Typed<Values> {
  material: RawShaderMaterial;
  /** The material's own, by reference. */
  uniforms: Uniforms<Values>;
}

/** Materials of one program. */
class Pool<Values> {
  private readonly all: Typed<Values>[] = [];
  private used = 0;

  constructor(
    private readonly uniforms: () => Uniforms<Values>,
    private readonly parameters: ShaderMaterialParameters,
  ) {}

  take(): Typed<Values> {
    if (this.used === this.all.length) this.all.push(this.make());
    const one = this.all[this.used++]!;
    one.material.uniformsNeedUpdate = true;
    return one;
  }

  release(): void {
    this.used = 0;
  }

  private make(): Typed<Values> {
    const uniforms = this.uniforms();
    const common = { glslVersion: GLSL3, side: DoubleSide, blending: NoBlending };
    return { uniforms, material: new RawShaderMaterial({ ...common, ...this.parameters, uniforms }) };
  }
}

function lazily<Key, Value>(made: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}

function numbered(pool: Pool<NumberValues>, number: number): RawShaderMaterial {
  const { material, uniforms } = pool.take();
  uniforms.uId.value = number;
  return material;
}

const numberUniforms = (): Uniforms<NumberValues> => ({ uId: { value: 0 } });

const WHITE: readonly [Rgb, Rgb, Rgb] = [
  [1, 1, 1],
  [1, 1, 1],
  [1, 1, 1],
];

function setColours(
  uniforms: Uniforms<ColourValues>,
  [a, b, c]: readonly [Rgb, Rgb, Rgb],
  [x, y]: readonly [number, number],
): void {
  uniforms.uA.value.set(...a);
  uniforms.uB.value.set(...b);
  uniforms.uC.value.set(...c);
  uniforms.uOffset.value.set(x, y);
}

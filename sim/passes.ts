/** The passes that draw a picture and its instance mask, in one context of a fixed size. */
import {
  type Camera,
  DepthTexture,
  FloatType,
  GLSL3,
  HalfFloatType,
  type IUniform,
  LinearFilter,
  LinearSRGBColorSpace,
  Matrix3,
  Matrix4,
  Mesh,
  NearestFilter,
  NoBlending,
  PlaneGeometry,
  RawShaderMaterial,
  Scene,
  Vector2,
  Vector3,
  Vector4,
  WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { failed } from "../src/shared/errors.js";
import { type BuiltScene, buildScene, SHADOW_LAYER, SHADOWLESS_LAYER, WING_LAYER } from "./build.js";
import { type GlContext, openContext } from "./context.js";
import { loadEnvironment } from "./environment.js";
import { shadowCamera } from "./lights.js";
import { type LightUniforms, Materials } from "./materials.js";
import type { ResolvedScene } from "./resolve.js";
import { DEVELOP_FRAGMENT, SCREEN_VERTEX } from "./shaders/programs.js";
import { type TraceRequest, Tracer, type Traces } from "./tracer.js";

/** A picture as it leaves the lens, and whose pixel is whose. Rows from the top. */
export interface Frames {
  width: number;
  height: number;
  /** Interleaved 8-bit RGB. */
  rgb: Uint8Array;
  /** Instance numbers from 1; 0 is the background. */
  ids: Uint8Array;
}

const SHADOW_MAP = 512;
/** Samples of the widest blur. */
const MOST_TAPS = 22;
const SAMPLES = 4;

/** Told how long each step of a picture took, in milliseconds; the driver is then waited for after each. */
export type OnStep = (step: string, milliseconds: number) => void;

export class Studio {
  private readonly light = lightUniforms();
  private readonly materials = new Materials(this.light);
  private readonly hdr: WebGLRenderTarget;
  private readonly developed: WebGLRenderTarget;
  private readonly ids: WebGLRenderTarget;
  private readonly shadow = shadowTarget();
  private readonly develop = developMaterial();
  private readonly screen = new Scene();
  private readonly tracer: Tracer;
  private shown: BuiltScene | undefined;

  private constructor(
    private readonly context: GlContext,
    private readonly renderer: WebGLRenderer,
    readonly width: number,
    readonly height: number,
    private readonly onStep: OnStep | undefined,
  ) {
    this.hdr = new WebGLRenderTarget(width, height, {
      type: HalfFloatType,
      samples: SAMPLES,
      minFilter: LinearFilter,
    });
    this.developed = new WebGLRenderTarget(width, height, { depthBuffer: false });
    this.ids = new WebGLRenderTarget(width, height, { minFilter: NearestFilter, magFilter: NearestFilter });
    const quad = new Mesh(new PlaneGeometry(2, 2), this.develop);
    quad.frustumCulled = false;
    this.screen.add(quad);
    this.tracer = new Tracer(renderer, width, height);
  }

  static async open(width: number, height: number, onStep?: OnStep): Promise<Studio> {
    const context = await openContext(width, height);
    const largest = Number(context.gl.getParameter(context.gl.MAX_RENDERBUFFER_SIZE));
    if (Math.max(width, height) > largest)
      throw failed("image", `${width}x${height} is more than this driver can draw (${largest})`);
    return new Studio(context, newRenderer(context, width, height), width, height, onStep);
  }

  /** Which driver draws, such as llvmpipe. */
  get driver(): string {
    return this.context.renderer;
  }

  async render(scene: ResolvedScene): Promise<Frames> {
    const environment = await loadEnvironment(scene.light.environment);
    this.clear();
    const built = this.step("geometry", () => buildScene(scene, this.materials));
    this.shown = built;
    this.setLights(built, environment);
    this.step("shadow", () => this.drawShadow(built));
    this.step("colour", () => this.draw(built.colour, built.view.camera, this.hdr));
    const rgb = this.step("lens", () => {
      this.drawDeveloped(built, scene);
      return dropAlpha(this.read(this.developed), this.width, this.height);
    });
    const ids = this.step("masks", () => {
      this.drawIds(built);
      return firstChannel(this.read(this.ids), this.width, this.height);
    });
    return { width: this.width, height: this.height, rgb, ids };
  }

  /** Further labels of the scene that was rendered last. */
  trace(wanted: TraceRequest): Traces {
    if (!this.shown) throw new Error("nothing was rendered yet");
    const { shown } = this;
    return this.step("labels", () => this.tracer.trace(shown, wanted));
  }

  close(): void {
    this.clear();
    this.renderer.dispose();
    this.context.close();
  }

  private step<T>(name: string, work: () => T): T {
    if (!this.onStep) return work();
    const began = performance.now();
    const result = work();
    this.context.gl.finish();
    this.onStep(name, performance.now() - began);
    return result;
  }

  private clear(): void {
    this.shown?.dispose();
    this.materials.release();
    this.shown = undefined;
  }

  private setLights(
    { lights, view, bodies, length }: BuiltScene,
    environment: Awaited<ReturnType<typeof loadEnvironment>>,
  ): void {
    const u = this.light;
    u.uEye!.value.copy(view.camera.position);
    u.uSunDirection!.value.copy(lights.sunDirection);
    u.uSunColour!.value.copy(lights.sunColour);
    u.uFlash!.value = lights.flash;
    u.uAmbient!.value = lights.ambient;
    u.uIrradiance!.value = environment.irradiance.map((c) => c.clone().multiplyScalar(lights.ambient));
    u.uSky!.value = environment.sharp;
    u.uBlurredSky!.value = environment.blurred;
    u.uSkyTurn!.value.copy(lights.skyTurn);
    u.uShadowSoftness!.value = lights.shadowSoftness;
    u.uShadowBias!.value = 0.012 * length;
    u.uBodies!.value = [0, 1, 2, 3].map((k) => bodies[k] ?? new Vector4());
  }

  private drawShadow({ lights, target, reach, flat }: BuiltScene): void {
    const sun = shadowCamera(lights, target, 1.6 * reach);
    sun.layers.set(SHADOW_LAYER);
    this.light.uShadow!.value = null;
    this.draw(flat, sun, this.shadow);
    this.light.uShadow!.value = this.shadow.depthTexture;
    this.light.uShadowMatrix!.value = new Matrix4().multiplyMatrices(
      sun.projectionMatrix,
      sun.matrixWorldInverse,
    );
  }

  private drawDeveloped({ view }: BuiltScene, { sensor }: ResolvedScene): void {
    const u = this.develop.uniforms;
    u.uImage!.value = this.hdr.texture;
    u.uPixel!.value = new Vector2(1 / this.width, 1 / this.height);
    u.uFocus!.value = view.focus;
    u.uAperture!.value = view.aperture;
    u.uTaps!.value = blurTaps(view.aperture);
    u.uExposure!.value = 2 ** sensor.exposure;
    u.uBalance!.value = new Vector3(2 ** (sensor.warmth / 2), 2 ** sensor.tint, 2 ** (-sensor.warmth / 2));
    u.uContrast!.value = sensor.contrast;
    u.uSaturation!.value = sensor.saturation;
    u.uVignette!.value = sensor.vignette;
    u.uAberration!.value = sensor.aberration;
    this.draw(this.screen, view.camera, this.developed);
  }

  private drawIds({ flat, view }: BuiltScene): void {
    for (const layer of [SHADOW_LAYER, SHADOWLESS_LAYER, WING_LAYER]) view.camera.layers.enable(layer);
    this.draw(flat, view.camera, this.ids);
  }

  private draw(scene: Scene, camera: Camera, target: WebGLRenderTarget): void {
    this.renderer.setRenderTarget(target);
    this.renderer.render(scene, camera);
  }

  private read(target: WebGLRenderTarget): Uint8Array {
    const pixels = new Uint8Array(this.width * this.height * 4);
    this.renderer.readRenderTargetPixels(target, 0, 0, this.width, this.height, pixels);
    const error = this.context.gl.getError();
    if (error)
      throw failed("display", `the GL driver reports error ${error} (out of memory, or the display died)`);
    return pixels;
  }
}

/** Enough samples for a disc of so many pixels across; blur below .6 of a pixel is none. */
const blurTaps = (aperture: number): number =>
  aperture < 0.6 ? 0 : Math.min(MOST_TAPS, Math.round(4.4 * Math.sqrt(aperture)));

function lightUniforms(): LightUniforms {
  return {
    uEye: { value: new Vector3() },
    uSunDirection: { value: new Vector3() },
    uSunColour: { value: new Vector3() },
    uFlash: { value: 0 },
    uAmbient: { value: 1 },
    uIrradiance: { value: [] },
    uSky: { value: null },
    uBlurredSky: { value: null },
    uSkyTurn: { value: new Matrix3() },
    uShadow: { value: null },
    uShadowMatrix: { value: new Matrix4() },
    uShadowSoftness: { value: 1 },
    uShadowBias: { value: 0 },
    uBodies: { value: [] },
  };
}

function shadowTarget(): WebGLRenderTarget {
  const depthTexture = new DepthTexture(SHADOW_MAP, SHADOW_MAP, FloatType);
  return new WebGLRenderTarget(SHADOW_MAP, SHADOW_MAP, {
    depthTexture,
    minFilter: NearestFilter,
    magFilter: NearestFilter,
  });
}

function developMaterial(): RawShaderMaterial {
  const names = [
    "uImage",
    "uPixel",
    "uFocus",
    "uAperture",
    "uTaps",
    "uExposure",
    "uBalance",
    "uContrast",
    "uSaturation",
    "uVignette",
    "uAberration",
  ];
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: SCREEN_VERTEX,
    fragmentShader: DEVELOP_FRAGMENT,
    uniforms: Object.fromEntries(names.map((name): [string, IUniform] => [name, { value: null }])),
    blending: NoBlending,
    depthTest: false,
    depthWrite: false,
  });
}

/** three.js wants a canvas only to ask it for what it has. */
function newRenderer({ gl }: GlContext, width: number, height: number): WebGLRenderer {
  const canvas = {
    width,
    height,
    style: {},
    addEventListener() {},
    removeEventListener() {},
    getContext: () => gl,
  };
  const renderer = new WebGLRenderer({ canvas: canvas as never, context: gl });
  renderer.outputColorSpace = LinearSRGBColorSpace;
  // Objects are drawn in the order in which they were built, whatever was drawn before them in this process.
  renderer.sortObjects = false;
  renderer.setClearColor(0x000000, 0);
  gl.disable(gl.DITHER);
  return renderer;
}

/** RGBA from the bottom row up to RGB from the top row down. */
function dropAlpha(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = height - 1; y >= 0; y--)
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
      rgb[to++] = rgba[from]!;
      rgb[to++] = rgba[from + 1]!;
      rgb[to++] = rgba[from + 2]!;
    }
  return rgb;
}

function firstChannel(rgba: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  let to = 0;
  for (let y = height - 1; y >= 0; y--)
    for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) out[to++] = rgba[from]!;
  return out;
}

/** Draws pictures and their labels from numbers, in one context of a fixed size. It remembers nothing of a picture. */
import {
  type Camera,
  DepthTexture,
  FloatType,
  GLSL3,
  HalfFloatType,
  LinearFilter,
  LinearSRGBColorSpace,
  Matrix4,
  Mesh,
  NearestFilter,
  NoBlending,
  type PerspectiveCamera,
  PlaneGeometry,
  RawShaderMaterial,
  Scene,
  Vector4,
  WebGLRenderer,
  WebGLRenderTarget,
} from "three";
import { failed, invalid } from "../../src/shared/errors.js";
import { type LabelPass, ONLY_MASKS } from "../scene/label-passes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";
import { DEVELOP_FRAGMENT } from "../shaders/develop.js";
import { SHADED_BODIES } from "../shaders/lighting.js";
import { SCREEN_VERTEX } from "../shaders/screen.js";
import type { Subject } from "../subjects/subject.js";
import { attempts, showsSubject } from "./attempts.js";
import {
  type BuiltScene,
  buildScene,
  type Instance,
  SHADOW_LAYER,
  SHADOWLESS_LAYER,
  WING_LAYER,
} from "./build.js";
import { type GlContext, openContext } from "./context.js";
import { type Environment, loadEnvironment } from "./environment.js";
import { checkExtensions, type Extensions } from "./extensions.js";
import { dropAlpha, type Frames, firstChannel } from "./frames.js";
import { type LabelImages, LabelRenderer } from "./label-renderer.js";
import { shadowCamera } from "./lights.js";
import { Materials } from "./materials.js";
import { developUniforms, lightUniforms } from "./uniforms.js";

/** Everything that a scene's picture and labels are made of. */
export interface Rendering extends LabelImages {
  /** The numbers that it was drawn from in the end: a hidden subject is looked at from higher up. */
  scene: ResolvedScene;
  frames: Frames;
  camera: PerspectiveCamera;
  /** What the picture's class is. */
  subject: Subject;
  /** The drawn subjects, seen or not, in the order of their numbers. */
  instances: readonly Instance[];
}

/** Called with the milliseconds that each step of a picture took; the driver is then waited for after each. */
export type OnStep = (step: string, milliseconds: number) => void;

/** What a renderer may draw beyond antbee's own, and who is told of its steps. */
export interface RendererOptions {
  extensions?: Extensions;
  onStep?: OnStep;
}

/** Side of the shadow map, in texels. */
const SHADOW_MAP = 512;
/** Radius of what throws shadows, against that of the ball that holds all subjects. */
const SHADOW_REACH = 1.6;
/** How far off a surface its shadow is looked up, as a share of the subject's length. */
const SHADOW_BIAS = 0.012;
/** Samples a pixel, against jagged edges. */
const SAMPLES = 4;
/** Samples of the widest blur. */
const MOST_TAPS = 22;
/** Blur of fewer pixels is none. */
const LEAST_BLUR = 0.6;
/** Samples of a blur one pixel wide. */
const TAPS = 4.4;

/** A headless WebGL 2 context of a fixed size, which draws pictures and what their labels are counted from. */
export class Renderer {
  private readonly light = lightUniforms();
  private readonly materials = new Materials(this.light);
  private readonly hdr: WebGLRenderTarget;
  private readonly developed: WebGLRenderTarget;
  private readonly ids: WebGLRenderTarget;
  private readonly shadow = shadowTarget();
  private readonly develop = developUniforms();
  private readonly screen = new Scene();
  private readonly labels: LabelRenderer;

  private constructor(
    private readonly context: GlContext,
    private readonly three: WebGLRenderer,
    readonly width: number,
    readonly height: number,
    private readonly options: RendererOptions,
  ) {
    this.hdr = new WebGLRenderTarget(width, height, {
      type: HalfFloatType,
      samples: SAMPLES,
      minFilter: LinearFilter,
    });
    this.developed = new WebGLRenderTarget(width, height, { depthBuffer: false });
    this.ids = new WebGLRenderTarget(width, height, { minFilter: NearestFilter, magFilter: NearestFilter });
    this.screen.add(screenMesh(this.develop));
    this.labels = new LabelRenderer(three, width, height);
  }

  /**
   * @param width of every picture, in pixels
   * @throws exit 1 where there is no display or context, or the size is more than the driver can draw
   */
  static async open(width: number, height: number, options: RendererOptions = {}): Promise<Renderer> {
    checkExtensions(options.extensions ?? {});
    const context = await openContext(width, height);
    const largest = Number(context.gl.getParameter(context.gl.MAX_RENDERBUFFER_SIZE));
    if (Math.max(width, height) > largest)
      throw failed("image", `${width}x${height} is more than this driver can draw (${largest})`);
    return new Renderer(context, threeRenderer(context, width, height), width, height, options);
  }

  /** Which driver draws, such as llvmpipe. */
  get driver(): string {
    return this.context.renderer;
  }

  /**
   * The same scene and passes give the same pixels, whatever was rendered before.
   * @param passes which labels are to be counted from it; pictures and masks are the same for all
   * @throws bad input for a scene of another size
   */
  async render(resolved: ResolvedScene, passes: readonly LabelPass[] = ONLY_MASKS): Promise<Rendering> {
    this.expectSize(resolved.image);
    const environment = await loadEnvironment(resolved.light.environment);
    const scenes = attempts(resolved);
    for (const [k, scene] of scenes.entries()) {
      const rendering = this.attempt(scene, environment, passes, k === scenes.length - 1);
      if (rendering) return rendering;
    }
    throw new Error("the last attempt is accepted whatever it shows");
  }

  /** Gives the context back. */
  close(): void {
    this.three.dispose();
    this.context.close();
  }

  private expectSize({ width, height }: ResolvedScene["image"]): void {
    if (width !== this.width || height !== this.height)
      throw invalid(
        "image",
        `${this.width}x${this.height}, as the renderer was opened`,
        `${width}x${height}`,
      );
  }

  /** @returns nothing where the first subject is hidden, unless this is the last attempt */
  private attempt(
    scene: ResolvedScene,
    environment: Environment,
    passes: readonly LabelPass[],
    isLast: boolean,
  ): Rendering | undefined {
    const built = this.step("geometry", () => buildScene(scene, this.materials, this.options.extensions));
    try {
      const frames = this.frames(built, scene, environment);
      if (!isLast && !showsSubject(frames, scene)) return undefined;
      const images = this.step("labels", () => this.labels.render(built, frames.ids, passes));
      const { view, subject, instances } = built;
      return { scene, frames, camera: view.camera, subject, instances, ...images };
    } finally {
      built.dispose();
      this.materials.release();
    }
  }

  private frames(built: BuiltScene, scene: ResolvedScene, environment: Environment): Frames {
    const { width, height } = this;
    this.setLights(built, environment);
    this.step("shadow", () => this.drawShadow(built));
    this.step("colour", () => this.draw(built.colour, built.view.camera, this.hdr));
    const rgb = this.step("lens", () => {
      this.drawDeveloped(built, scene);
      return dropAlpha(this.read(this.developed), width, height);
    });
    const ids = this.step("masks", () => {
      this.drawIds(built);
      return firstChannel(this.read(this.ids), width, height);
    });
    return { width, height, rgb, ids };
  }

  private step<T>(name: string, work: () => T): T {
    const { onStep } = this.options;
    if (!onStep) return work();
    const began = performance.now();
    const result = work();
    this.context.gl.finish();
    onStep(name, performance.now() - began);
    return result;
  }

  private setLights({ lights, view, bodies, length }: BuiltScene, environment: Environment): void {
    const u = this.light;
    u.uEye.value.copy(view.camera.position);
    u.uSunDirection.value.copy(lights.sunDirection);
    u.uSunColour.value.copy(lights.sunColour);
    u.uFlash.value = lights.flash;
    u.uAmbient.value = lights.ambient;
    u.uIrradiance.value = environment.irradiance.map((c) => c.clone().multiplyScalar(lights.ambient));
    u.uSky.value = environment.sharp;
    u.uBlurredSky.value = environment.blurred;
    u.uSkyTurn.value.copy(lights.skyTurn);
    u.uShadowSoftness.value = lights.shadowSoftness;
    u.uShadowBias.value = SHADOW_BIAS * length;
    u.uBodies.value = Array.from({ length: SHADED_BODIES }, (_, k) => bodies[k] ?? new Vector4());
  }

  private drawShadow({ lights, target, reach, flat }: BuiltScene): void {
    const sun = shadowCamera(lights, target, SHADOW_REACH * reach);
    sun.layers.set(SHADOW_LAYER);
    this.light.uShadow.value = null;
    this.draw(flat, sun, this.shadow);
    this.light.uShadow.value = this.shadow.depthTexture;
    this.light.uShadowMatrix.value = new Matrix4().multiplyMatrices(
      sun.projectionMatrix,
      sun.matrixWorldInverse,
    );
  }

  private drawDeveloped({ view }: BuiltScene, { sensor }: ResolvedScene): void {
    const u = this.develop;
    u.uImage.value = this.hdr.texture;
    u.uPixel.value.set(1 / this.width, 1 / this.height);
    u.uFocus.value = view.focus;
    u.uAperture.value = view.aperture;
    u.uTaps.value = blurTaps(view.aperture);
    u.uExposure.value = 2 ** sensor.exposure;
    u.uBalance.value.set(2 ** (sensor.warmth / 2), 2 ** sensor.tint, 2 ** (-sensor.warmth / 2));
    u.uContrast.value = sensor.contrast;
    u.uSaturation.value = sensor.saturation;
    u.uVignette.value = sensor.vignette;
    u.uAberration.value = sensor.aberration;
    this.draw(this.screen, view.camera, this.developed);
  }

  private drawIds({ flat, view }: BuiltScene): void {
    for (const layer of [SHADOW_LAYER, SHADOWLESS_LAYER, WING_LAYER]) view.camera.layers.enable(layer);
    this.draw(flat, view.camera, this.ids);
  }

  private draw(scene: Scene, camera: Camera, target: WebGLRenderTarget): void {
    this.three.setRenderTarget(target);
    this.three.render(scene, camera);
  }

  private read(target: WebGLRenderTarget): Uint8Array {
    const pixels = new Uint8Array(this.width * this.height * 4);
    this.three.readRenderTargetPixels(target, 0, 0, this.width, this.height, pixels);
    const error = this.context.gl.getError();
    if (error)
      throw failed("display", `the GL driver reports error ${error} (out of memory, or the display died)`);
    return pixels;
  }
}

/** Enough samples for a disc of so many pixels across. */
const blurTaps = (aperture: number): number =>
  aperture < LEAST_BLUR ? 0 : Math.min(MOST_TAPS, Math.round(TAPS * Math.sqrt(aperture)));

function shadowTarget(): WebGLRenderTarget {
  const depthTexture = new DepthTexture(SHADOW_MAP, SHADOW_MAP, FloatType);
  return new WebGLRenderTarget(SHADOW_MAP, SHADOW_MAP, {
    depthTexture,
    minFilter: NearestFilter,
    magFilter: NearestFilter,
  });
}

function screenMesh(uniforms: ReturnType<typeof developUniforms>): Mesh {
  const material = new RawShaderMaterial({
    glslVersion: GLSL3,
    vertexShader: SCREEN_VERTEX,
    fragmentShader: DEVELOP_FRAGMENT,
    uniforms: { ...uniforms },
    blending: NoBlending,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new Mesh(new PlaneGeometry(2, 2), material);
  mesh.frustumCulled = false;
  return mesh;
}

/** three.js wants a canvas only to ask it for what it has. */
function threeRenderer({ gl }: GlContext, width: number, height: number): WebGLRenderer {
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

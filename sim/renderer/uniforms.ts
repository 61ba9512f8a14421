/** Uniforms with their types: three.js itself would take anything. */
import { type IUniform, Matrix3, Matrix4, type Texture, Vector2, Vector3, Vector4 } from "three";
import { SHADED_BODIES } from "../shaders/lighting.js";

export type Uniforms<Values> = { [Name in keyof Values]: IUniform<Values[Name]> };

/** What all materials of a picture share, by reference. */
export interface LightValues {
  uEye: Vector3;
  uSunDirection: Vector3;
  uSunColour: Vector3;
  uFlash: number;
  uAmbient: number;
  uIrradiance: readonly Vector3[];
  uSky: Texture | null;
  uBlurredSky: Texture | null;
  uSkyTurn: Matrix3;
  uShadow: Texture | null;
  uShadowMatrix: Matrix4;
  uShadowSoftness: number;
  uShadowBias: number;
  uBodies: readonly Vector4[];
}

export type LightUniforms = Uniforms<LightValues>;

export function lightUniforms(): LightUniforms {
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
    uBodies: { value: Array.from({ length: SHADED_BODIES }, () => new Vector4()) },
  };
}

/** Three colours from dark to light, and the shift of a pattern. */
export interface ColourValues {
  uA: Vector3;
  uB: Vector3;
  uC: Vector3;
  uOffset: Vector2;
}

export function colourUniforms(): Uniforms<ColourValues> {
  return {
    uA: { value: new Vector3() },
    uB: { value: new Vector3() },
    uC: { value: new Vector3() },
    uOffset: { value: new Vector2() },
  };
}

export interface SurfaceValues extends LightValues, ColourValues {
  uGrain: number;
  uRelief: number;
  uMetal: number;
}

export interface BackdropValues extends LightValues, ColourValues {
  uUnproject: Matrix4;
}

/** An instance's number, which a label pass writes. */
export interface NumberValues {
  uId: number;
}

/** What turns light into a picture. */
export interface DevelopValues {
  uImage: Texture | null;
  uPixel: Vector2;
  uFocus: number;
  uAperture: number;
  uTaps: number;
  uExposure: number;
  uBalance: Vector3;
  uContrast: number;
  uSaturation: number;
  uVignette: number;
  uAberration: number;
}

export function developUniforms(): Uniforms<DevelopValues> {
  return {
    uImage: { value: null },
    uPixel: { value: new Vector2() },
    uFocus: { value: 0 },
    uAperture: { value: 0 },
    uTaps: { value: 0 },
    uExposure: { value: 1 },
    uBalance: { value: new Vector3() },
    uContrast: { value: 1 },
    uSaturation: { value: 1 },
    uVignette: { value: 0 },
    uAberration: { value: 0 },
  };
}

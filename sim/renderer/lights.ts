/** Light in numbers: a sun, an environment's share, a flash. */
import { Matrix3, Matrix4, OrthographicCamera, Vector3 } from "three";
import { RAD } from "../geometry/shapes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";

export interface Lights {
  sunDirection: Vector3;
  sunColour: Vector3;
  /** Share of the environment in the light on a level surface. */
  ambient: number;
  flash: number;
  /** From the world's axes to the environment's. */
  skyTurn: Matrix3;
  shadowSoftness: number;
}

export function resolveLights({ light }: ResolvedScene): Lights {
  const [elevation, azimuth] = [light.sunElevation * RAD, light.sunAzimuth * RAD];
  const sunDirection = new Vector3(
    Math.cos(elevation) * Math.cos(azimuth),
    Math.cos(elevation) * Math.sin(azimuth),
    Math.sin(elevation),
  );
  // A level surface receives 1 in all; a low sun is not made brighter than thrice its share.
  const sunColour = blackBody(light.sunTemperature).multiplyScalar(
    light.sun / Math.max(0.33, sunDirection.z),
  );
  return {
    sunDirection,
    sunColour,
    ambient: 1 - light.sun,
    flash: light.flash,
    skyTurn: new Matrix3().setFromMatrix4(new Matrix4().makeRotationZ(light.rotation * RAD)),
    shadowSoftness: light.shadowSoftness,
  };
}

/** Relative linear RGB of a black body, green at 1 (a fit to Planck's law between 2,500 and 9,000 K). */
function blackBody(kelvin: number): Vector3 {
  const t = kelvin / 6500;
  return new Vector3(t ** -0.75, 1, t ** 0.95);
}

/** A light's view on a ball around `centre` that holds all that may throw a shadow worth seeing. */
export function shadowCamera({ sunDirection }: Lights, centre: Vector3, radius: number): OrthographicCamera {
  const camera = new OrthographicCamera(-radius, radius, radius, -radius, 0, 4 * radius);
  camera.up.set(0, Math.abs(sunDirection.z) > 0.99 ? 1 : 0, Math.abs(sunDirection.z) > 0.99 ? 0 : 1);
  camera.position.copy(centre).addScaledVector(sunDirection, 2 * radius);
  camera.lookAt(centre);
  camera.updateMatrixWorld();
  return camera;
}

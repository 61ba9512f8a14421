/** Macro optics in numbers. World: z up, millimetres. Camera: x right, y up, looking along -z (three.js, OpenGL). */
import { PerspectiveCamera, Vector3 } from "three";
import { RAD } from "../geometry/shapes.js";
import type { ResolvedScene } from "../scene/resolved-scene.js";

/** Half the height of the 35 mm frame that focal lengths refer to. */
const HALF_FRAME = 12;

export interface View {
  camera: PerspectiveCamera;
  /** Distance of the plane in focus, in millimetres. */
  focus: number;
  /** Blur at infinity, in pixels. */
  aperture: number;
}

/**
 * @param target what the camera looks at
 * @param length of the subject, in millimetres
 * @param heading of the subject, in degrees
 */
export function resolveView(
  { camera: c, image }: ResolvedScene,
  target: Vector3,
  length: number,
  heading: number,
): View {
  const shorter = Math.min(image.width, image.height);
  const halfAngle = Math.atan((HALF_FRAME / c.focalLength) * (image.height / shorter));
  const distance = length / (2 * c.framing * (HALF_FRAME / c.focalLength));
  const [elevation, azimuth] = [c.elevation * RAD, (heading + c.azimuth) * RAD];
  const outward = new Vector3(
    Math.cos(elevation) * Math.cos(azimuth),
    Math.cos(elevation) * Math.sin(azimuth),
    Math.sin(elevation),
  );
  const camera = new PerspectiveCamera(
    (2 * halfAngle) / RAD,
    image.width / image.height,
    distance * 0.02,
    distance * 60,
  );
  camera.up.set(0, 0, 1);
  if (c.elevation > 89) camera.up.set(-Math.cos(azimuth), -Math.sin(azimuth), 0);
  camera.position.copy(target).addScaledVector(outward, distance);
  camera.lookAt(target);
  camera.rotateZ(c.roll * RAD);
  // An offset shifts the frame, not the direction, so that perspective stays with the subject.
  camera.setViewOffset(
    image.width,
    image.height,
    -c.offsetX * image.width,
    -c.offsetY * image.height,
    image.width,
    image.height,
  );
  camera.updateMatrixWorld();
  return { camera, focus: distance + c.focusError * length, aperture: c.aperture * shorter };
}

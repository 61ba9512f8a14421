/**
 * The camera as labels state it. World: millimetres, z up. Camera: x right, y down, z into the picture (OpenCV's axes).
 * Image: pixels, (0, 0) the picture's upper left corner, so that the first pixel's middle is (.5, .5).
 */
import { Matrix3, Matrix4, type PerspectiveCamera, Vector3 } from "three";

/** Row by row. */
export type Rows3 = [number[], number[], number[]];

/** A pinhole camera: p_image ~ intrinsics · (rotation · p_world + translation). */
export interface CameraLabel {
  /** [[fx, 0, cx], [0, fy, cy], [0, 0, 1]] in pixels. */
  intrinsics: Rows3;
  /** From the world's axes to the camera's: p_camera = rotation · p_world + translation, in millimetres. */
  rotation: Rows3;
  translation: number[];
}

/** A rigid body's pose: p_camera = rotation · p_body + translation, in millimetres. */
export interface Pose {
  rotation: Rows3;
  translation: number[];
}

export interface Projected {
  /** Pixels. */
  x: number;
  y: number;
  /** Along the view, in millimetres. */
  depth: number;
}

/** @param camera with its view offset and matrices up to date */
export function cameraLabel(camera: PerspectiveCamera, width: number, height: number): CameraLabel {
  const p = camera.projectionMatrix.elements;
  const intrinsics: Rows3 = [
    [(p[0]! * width) / 2, 0, ((1 - p[8]!) * width) / 2],
    [0, (p[5]! * height) / 2, ((1 + p[9]!) * height) / 2],
    [0, 0, 1],
  ];
  return { intrinsics, ...rigid(toCamera(camera)) };
}

/** Of a frame of reference whose axes may be scaled. */
export function poseOf(toWorld: Matrix4, camera: PerspectiveCamera): Pose {
  return rigid(toCamera(camera).multiply(toWorld));
}

/** Where the camera, and not only the frame, sees a point of the world. */
export function projector(camera: PerspectiveCamera, width: number, height: number) {
  const [[fx, , cx], [, fy, cy]] = cameraLabel(camera, width, height).intrinsics as number[][] as [
    [number, number, number],
    [number, number, number],
  ];
  const matrix = toCamera(camera);
  const seen = new Vector3();
  return (point: Vector3): Projected => {
    const { x, y, z } = seen.copy(point).applyMatrix4(matrix);
    return { x: (fx * x) / z + cx, y: (fy * y) / z + cy, depth: z };
  };
}

/** three.js looks along -z with y up. */
const toCamera = (camera: PerspectiveCamera): Matrix4 =>
  new Matrix4().makeScale(1, -1, -1).multiply(camera.matrixWorldInverse);

function rigid(matrix: Matrix4): Pose {
  const turned = new Matrix4().extractRotation(matrix);
  const [a, b, c, d, e, f, g, h, i] = new Matrix3().setFromMatrix4(turned).transpose().elements;
  const rotation = [
    [a!, b!, c!],
    [d!, e!, f!],
    [g!, h!, i!],
  ].map((row) => row.map((x) => rounded(x, 8))) as Rows3;
  const translation = new Vector3().setFromMatrixPosition(matrix).toArray();
  return { rotation, translation: translation.map((x) => rounded(x, 6)) };
}

/** To so many decimals, and never -0: labels are read by people too. */
export function rounded(x: number, decimals: number): number {
  return Math.round(x * 10 ** decimals) / 10 ** decimals + 0;
}

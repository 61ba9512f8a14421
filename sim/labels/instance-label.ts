/** A subject's labels, put together from all passes. */

import type { Pose } from "../renderer/pinhole.js";
import type { AmodalLabel } from "./amodal.js";
import type { MaskLabel } from "./mask-labels.js";

/** All labels of an instance; amodal ones and keypoints where the dataset has these passes. */
export interface InstanceLabel extends MaskLabel, Partial<AmodalLabel> {
  /** From the subject's frame (x ahead, y left, z away from its support) to the camera's (`CameraLabel`). */
  pose: Pose;
  /** Length of the body, in millimetres. */
  length: number;
  /** [x, y, v] for each of the class's keypoints. */
  keypoints?: number[];
}

/** What several tests need: temporary folders, small real images, and the lab's data where it stands. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { onTestFinished } from "vitest";
import { datasets } from "../src/shared/datasets/index.js";
import { findDatasetFolder, findWeightFile } from "../src/shared/roots.js";

/** A folder of its own that goes when the test is done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "antbee-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether a small file system can be mounted here, so that a disk can really be full. */
export const CAN_MOUNT = process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;
if (!CAN_MOUNT) console.warn("skipping the full-disk tests: mounting a tmpfs needs root");

/** Writes a JPEG of one colour, or with noise, and its folders. */
export async function writeImage(path: string, colour: [number, number, number], size = 32): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const [r, g, b] = colour;
  await sharp({ create: { width: size, height: size, channels: 3, background: { r, g, b } } })
    .jpeg()
    .toFile(path);
  return path;
}

export const hymenoptera = findDatasetFolder(datasets.hymenoptera.folder);
export const imagenetWeights = findWeightFile("tf_mobilenet_v2-imagenet1k");

/** The reason to skip a test that needs the real set or the weights, said where the skip is reported. */
export const WHY_NO_DATA =
  "needs hymenoptera_data and tf_mobilenet_v2-imagenet1k in a data root (ANTBEE_DATA)";

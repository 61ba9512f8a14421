/** What several tests need: temporary folders, small real images, and the lab's data where it stands. */
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, expect, onTestFinished } from "vitest";
import { datasets } from "../src/shared/datasets/index.js";
import { findDatasetFolder, findWeights } from "../src/shared/roots.js";

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
export const imagenetWeights = findWeights("tf_mobilenet_v2-imagenet1k");

/** The reason to skip a test that needs the real set or the weights, said where the skip is reported. */
export const WHY_NO_DATA =
  "needs hymenoptera_data and tf_mobilenet_v2-imagenet1k in a data root (ANTBEE_DATA)";

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface CommandOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Runs as another user, which only root can. */
  uid?: number;
  /** Kills the process, and its children, as soon as this answers true of its standard error. */
  killWhen?: (stderr: string) => boolean;
}

const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));
const TSX = import.meta.resolve("tsx");

/** Runs the `antbee` command from the sources, in a process of its own, as a user would. */
export function antbee(
  args: string[],
  { cwd = CHECKOUT, env, uid, killWhen }: CommandOptions = {},
): Promise<CommandResult> {
  const main = join(CHECKOUT, "src", "cli", "main.ts");
  const child = spawn(process.execPath, ["--import", TSX, main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    uid,
    detached: true, // a process group of its own, so that a kill takes the workers too
  });
  const result: CommandResult = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    result.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    result.stderr += chunk;
    if (killWhen?.(result.stderr)) process.kill(-child.pid!, "SIGKILL");
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ ...result, code }));
  });
}

const lasting: string[] = [];
// Said here, not in `lastingFolder`: what a hook registers inside a hook never runs.
afterAll(() => Promise.all(lasting.map((folder) => rm(folder, { recursive: true, force: true }))));

/** As `temporaryFolder`, for `beforeAll`: the folder goes with the test file. */
export async function lastingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "antbee-test-"));
  lasting.push(folder);
  return folder;
}

/**
 * What an expected failure looks like, for `rejects.toMatchObject(fault(2, /scene: expected/))`. A bare pattern in an
 * object would match every message.
 */
export const fault = (exitCode: 1 | 2, message: RegExp) => ({
  exitCode,
  message: expect.stringMatching(message),
});

/** What an installation needs of the machine, asked for before anything is downloaded. */
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { explainSystemError, failed } from "../../../src/shared/errors.js";
import { makeFolder } from "../../../src/shared/folders.js";
import { works } from "./command.js";
import type { Release } from "./releases.js";
import { hasPip } from "./wheels.js";

/** Beside the library: the package, the addon and what its build leaves on the way. */
const ROOM_TO_BUILD = 64 * 2 ** 20;

/** @throws a failure that names every tool that is missing */
export async function checkTools(needsPip: boolean): Promise<void> {
  const tools: [name: string, there: Promise<boolean>][] = [
    ["a C++ compiler (g++)", works(process.env.CXX || "g++", ["--version"])],
    ["make", works("make", ["--version"])],
    ["npm", works("npm", ["--version"])],
    ["tar", works("tar", ["--version"])],
    ["Python 3 with pip (python3-pip)", needsPip ? hasPip() : works("python3", ["--version"])],
  ];
  const missing: string[] = [];
  for (const [name, there] of tools) if (!(await there)) missing.push(name);
  if (missing.length > 0) throw failed("antbee backend install", `please install ${missing.join(", ")}`);
}

/** @throws a failure where the file systems of the cache and of the package have not the room that a release takes */
export async function checkRoom(release: Release, cache: string, folder: string): Promise<void> {
  const downloaded = release.wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  await makeFolder(cache).catch((error) => {
    throw explainSystemError(cache, error);
  });
  await expectFree(cache, downloaded + release.keptBytes + ROOM_TO_BUILD);
  const beside = dirname(folder);
  if ((await stat(beside)).dev !== (await stat(cache)).dev) await expectFree(beside, release.keptBytes);
}

async function expectFree(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < bytes)
    throw failed(path, `${mib(bytes)} are needed on that disk, and ${mib(bavail * bsize)} are free`);
}

export const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

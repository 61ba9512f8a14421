/** A libtensorflow of the user's own: a folder with `lib` and `include`, as TensorFlow's C archives unpack. */
import { existsSync } from "node:fs";
import { cp, mkdir, open, readdir, realpath, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { explainSystemError, invalid, note } from "../../../src/shared/errors.js";
import { OWN_LIBRARY } from "./releases.js";

/** Machines as ELF headers number them. */
const ELF_MACHINES: Record<number, string> = { 3: "ia32", 40: "arm", 62: "x64", 183: "arm64" };
const HEADER = join("include", "tensorflow", "c", "c_api.h");

/** The addon was written for 2.9 and calls nothing that later ones took away. */
const OLDEST: [number, number] = [2, 9];

/**
 * Lays an own library out as the addon's build looks for it, without a copy of it.
 * @throws bad input for a folder that holds no libtensorflow, or one of another machine or version
 */
export async function linkOwnLibrary(own: string, folder: string): Promise<void> {
  const libraries = await findLibraries(own);
  const partial = `${folder}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(join(partial, "lib"), { recursive: true });
    for (const [link, path] of Object.entries(libraries)) await symlink(path, join(partial, "lib", link));
    await cp(join(own, "include"), join(partial, "include"), { recursive: true, dereference: true });
    await rename(partial, folder);
  } catch (error) {
    throw explainSystemError(folder, error);
  }
}

/** The two libraries by the names that the addon is linked with, and that it then asks for. */
async function findLibraries(own: string): Promise<Record<string, string>> {
  const lib = join(own, "lib");
  const names = existsSync(lib) ? await readdir(lib) : [];
  const path = (...stems: string[]) => {
    const name = names.find((file) =>
      stems.some((stem) => new RegExp(`^${stem}\\.so(\\.\\d+)*$`).test(file)),
    );
    if (!name) throw invalid(OWN_LIBRARY, `a folder with lib/${stems[0]}.so`, own);
    return realpath(join(lib, name));
  };
  const framework = await path("libtensorflow_framework");
  const library = await path("libtensorflow", "libtensorflow_cc");
  for (const file of [library, framework]) await checkMachine(file);
  if (!existsSync(join(own, HEADER))) throw invalid(OWN_LIBRARY, `a folder with ${HEADER}`, own);
  const version = /\.so\.(\d+\.\d+\.\d+)$/.exec(library)?.[1];
  if (version) checkVersion(version);
  return {
    "libtensorflow.so": library,
    "libtensorflow.so.2": library,
    "libtensorflow_cc.so.2": library,
    "libtensorflow_framework.so": framework,
    "libtensorflow_framework.so.2": framework,
  };
}

async function checkMachine(path: string): Promise<void> {
  const header = Buffer.alloc(20);
  const file = await open(path);
  try {
    await file.read(header, 0, header.length, 0);
  } finally {
    await file.close();
  }
  const isElf = header.subarray(0, 4).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
  const machine = isElf ? (ELF_MACHINES[header.readUInt16LE(18)] ?? "another") : "no";
  if (machine !== process.arch)
    throw invalid(OWN_LIBRARY, `a library for ${process.arch}`, note(`${path}, of ${machine} machine`));
}

/** @param version such as "2.15.1" */
export function checkVersion(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major !== OLDEST[0] || minor < OLDEST[1])
    throw invalid(OWN_LIBRARY, `TensorFlow 2, from ${OLDEST.join(".")} on`, note(`TensorFlow ${version}`));
}

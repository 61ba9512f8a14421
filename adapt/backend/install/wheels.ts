/** Downloads wheels through pip, which verifies their hashes, and takes out of them what the addon needs. */
import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { explainSystemError, failed } from "../../../src/shared/errors.js";
import { writeAtomic } from "../../../src/shared/files.js";
import { runCommand, works } from "./command.js";
import type { Release, Wheel } from "./releases.js";

const PYTHON = "python3";

/** Writes the members of a wheel whose names begin with one of the prefixes, each under what stands for its prefix. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, into, *pairs = sys.argv[1:]
with zipfile.ZipFile(wheel) as members:
    for name in members.namelist():
        for prefix, place in zip(pairs[::2], pairs[1::2]):
            if name.startswith(prefix) and not name.endswith("/"):
                path = os.path.join(into, place + name[len(prefix):])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with members.open(name) as source, open(path, "wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
`;

/** Prefix in the wheel, and what stands in its place. */
const MEMBERS = [
  ["tensorflow/libtensorflow_cc.so.2", "lib/libtensorflow_cc.so.2"],
  ["tensorflow/libtensorflow_framework.so.2", "lib/libtensorflow_framework.so.2"],
  ["tensorflow/include/tensorflow/c/", "include/tensorflow/c/"],
  ["tensorflow/include/tensorflow/core/platform/", "include/tensorflow/core/platform/"],
  ["tensorflow/include/tsl/", "include/tsl/"],
  ["nvidia/", "nvidia/"], // where the libraries' run path finds them
].flat();

/** The names that the addon is linked with. */
const LINKS = [
  ["libtensorflow.so", "libtensorflow_cc.so.2"],
  ["libtensorflow.so.2", "libtensorflow_cc.so.2"],
  ["libtensorflow_framework.so", "libtensorflow_framework.so.2"],
] as const;

export const hasPip = (): Promise<boolean> => works(PYTHON, ["-m", "pip", "--version"]);

/** Downloads what is not there yet into a folder. @throws a failure where a wheel cannot be had or is another */
export async function downloadWheels(release: Release, folder: string, signal?: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = join(folder, "wheels.txt");
  await writeAtomic(wanted, release.wheels.map(requirement).join(""));
  const platforms = release.platforms.flatMap((platform) => ["--platform", platform]);
  const quiet = process.stderr.isTTY ? [] : ["--quiet"]; // a bar for people alone
  const kind = ["--no-deps", "--require-hashes", "--only-binary=:all:"];
  const python = ["--python-version", "310", "--implementation", "cp"]; // the wheels', not that of the machine
  await runCommand(
    PYTHON,
    ["-m", "pip", "download", ...quiet, ...kind, ...python, ...platforms, "-d", folder, "-r", wanted],
    { name: "pip download", signal, show: true, env: { PIP_RESUME_RETRIES: "5" }, explain: explainPip },
  );
}

const requirement = ({ package: name, version, sha256 }: Wheel) =>
  `${name}==${version} --hash=sha256:${sha256}\n`;

function explainPip(printed: string): string {
  if (/DO NOT MATCH THE HASHES/.test(printed)) {
    const [, expected] = /Expected\s+sha256\s+(\w+)/.exec(printed) ?? [];
    const [, found] = /Got\s+(\w+)/.exec(printed) ?? [];
    return `the wheel that came is not the one asked for: expected sha256 ${expected}, found ${found}`;
  }
  if (/no space left/i.test(printed)) return "the disk is full";
  const errors = printed.split("\n").filter((line) => line.startsWith("ERROR: "));
  if (errors.some((line) => /No matching distribution|Could not find a version/.test(line)))
    return "the Python package index cannot be reached from here, or lacks the wheel";
  return errors.at(0)?.slice("ERROR: ".length) ?? "the download failed";
}

/** Unpacks libraries and headers under their final name at once; `folder` is what an interrupted try may leave. */
export async function unpackWheels(wheels: string, folder: string, signal?: AbortSignal): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  for (const name of (await readdir(wheels)).filter((file) => file.endsWith(".whl")))
    await runCommand(PYTHON, ["-c", UNPACK, join(wheels, name), partial, ...MEMBERS], { name, signal });
  try {
    for (const [link, target] of LINKS) await symlink(target, join(partial, "lib", link));
    await rename(partial, folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw failed(wheels, "holds no libtensorflow");
    throw explainSystemError(folder, error);
  }
}

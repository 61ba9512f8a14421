import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { installNative } from "../../adapt/backend/install/install.js";
import { checkVersion, linkOwnLibrary } from "../../adapt/backend/install/own-library.js";
import { place, removeLeftovers } from "../../adapt/backend/install/place.js";
import { OWN_LIBRARY, releaseFor } from "../../adapt/backend/install/releases.js";
import { downloadWheels, unpackWheels } from "../../adapt/backend/install/wheels.js";
import { antbee, CAN_MOUNT, fault, temporaryFolder } from "../support.js";

const X64 = { platform: "linux", arch: "x64", glibc: true };
const MODULE = fileURLToPath(new URL("../../adapt/backend/install/install.ts", import.meta.url));
const WHEEL = "tensorflow_cpu-2.15.1-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";

afterEach(() => vi.unstubAllEnvs());

/** Sets a variable until the test is done. */
const setEnvironment = (values: Record<string, string>) => {
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
};

/** A folder of executables that stands first on the path. */
async function onPath(scripts: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return `${folder}:${process.env.PATH}`;
}

/** A package that computes, or does whatever else its program says. */
async function somePackage(folder: string, program: string): Promise<string> {
  await mkdir(join(folder, "deps"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ main: "index.js" }));
  await writeFile(join(folder, "index.js"), program);
  await writeFile(join(folder, "deps", "library"), program);
  await symlink("library", join(folder, "deps", "link"));
  return folder;
}

const computing = (version: string) => `
  exports.ones = () => 1;
  exports.matMul = () => ({ dataSync: () => [2] });
  exports.backend = () => ({ binding: { TF_Version: "${version}" }, isUsingGpuDevice: false });`;

it("names wheels by hash for each machine it knows, and refuses the others in a sentence", () => {
  for (const release of [
    releaseFor("cpu", X64),
    releaseFor("gpu", X64),
    releaseFor("cpu", { ...X64, arch: "arm64" }),
  ])
    for (const { sha256, bytes } of release.wheels) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(0);
    }
  const refused = (variant: "cpu" | "gpu", machine: typeof X64) => () => releaseFor(variant, machine);
  expect(refused("cpu", { ...X64, platform: "darwin", arch: "arm64" })).toThrow(/found darwin on arm64$/);
  expect(refused("gpu", { ...X64, arch: "arm64" })).toThrow(/expected Linux on x64, .*found linux on arm64$/);
  expect(refused("cpu", { ...X64, glibc: false })).toThrow(/found linux on x64 without glibc$/);
});

it("is the version that the lock file pins", () => {
  const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8"));
  const { version } = read("package-lock.json").packages["node_modules/@tensorflow/tfjs-node-gpu"];
  expect(read("package.json").optionalDependencies["@tensorflow/tfjs-node-gpu"]).toBe(version);
});

it("refuses a wheel with another hash, and installs nothing of it", async () => {
  const [index, cache, place] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(index, WHEEL), "cut short");
  setEnvironment({ PIP_NO_INDEX: "1", PIP_FIND_LINKS: index, ANTBEE_CACHE: cache });
  await expect(installNative("cpu", join(place, "tfjs-node-gpu"))).rejects.toMatchObject(
    fault(
      1,
      /^pip download: the wheel that came is not the one asked for: expected sha256 ba9503db\w+, found \w+; nothing was installed, antbee uses the wasm backend$/,
    ),
  );
  expect(await readdir(place)).toEqual([]);
});

it("says that the index cannot be reached where it cannot", async () => {
  setEnvironment({ PIP_NO_INDEX: "1", PIP_FIND_LINKS: await temporaryFolder() });
  await expect(downloadWheels(releaseFor("cpu", X64), await temporaryFolder())).rejects.toMatchObject(
    fault(1, /package index cannot be reached/),
  );
});

it("names an archive that is no wheel, and one that holds no library", async () => {
  const folder = await temporaryFolder();
  const library = join(folder, "library");
  await writeFile(join(folder, "broken.whl"), "no archive");
  await expect(unpackWheels(folder, library)).rejects.toMatchObject(fault(1, /not a zip file/));
  await writeFile(join(folder, "broken.whl"), Buffer.from(`PK\x05\x06${"\0".repeat(18)}`, "latin1"));
  await expect(unpackWheels(folder, library)).rejects.toMatchObject(fault(1, /holds no libtensorflow/));
  expect(existsSync(library)).toBe(false);
});

it("asks for what is missing before it downloads anything", async () => {
  const cache = await temporaryFolder();
  setEnvironment({ CXX: "/nowhere/g++", ANTBEE_CACHE: cache });
  setEnvironment({ PATH: await onPath({ make: "exit 1" }) });
  await expect(installNative("cpu", join(await temporaryFolder(), "tfjs-node-gpu"))).rejects.toMatchObject(
    fault(1, /^antbee backend install: please install a C\+\+ compiler \(g\+\+\), make;/),
  );
  expect(await readdir(cache)).toEqual([]);
});

it.skipIf(!CAN_MOUNT)("says how much room it needs where there is less", async () => {
  const [disk, place] = [await temporaryFolder(), await temporaryFolder()];
  const program = `
    const { installNative } = await import(${JSON.stringify(MODULE)});
    await installNative("cpu", ${JSON.stringify(join(place, "tfjs-node-gpu"))}).catch((e) => console.log(e.exitCode, e.message));`;
  const command = `mount -t tmpfs -o size=100m tmpfs ${disk} && ANTBEE_CACHE=${disk} exec "$@"`;
  const child = spawn("unshare", [
    ...["--mount", "sh", "-c", command, "sh", process.execPath],
    ...["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", program],
  ]);
  const printed = await new Promise<string>((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("close", () => resolve(text));
  });
  expect(printed).toMatch(
    /^1 \S+: \d+ MiB are needed on that disk, and \d+ MiB are free; nothing was installed/,
  );
  expect(await readdir(place)).toEqual([]);
});

it("ends with Ctrl-C in a sentence, with what waits for it", async () => {
  const [cache, place] = [await temporaryFolder(), await temporaryFolder()];
  const slow = 'case "$*" in *--version*) exit 0;; esac; echo $$ > "$ANTBEE_CACHE/pid"; sleep 100';
  const program = `
    const { installNative } = await import(${JSON.stringify(MODULE)});
    await installNative("cpu", ${JSON.stringify(join(place, "tfjs-node-gpu"))}).catch((e) => console.log(e.exitCode, e.message));`;
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", program],
    { env: { ...process.env, PATH: await onPath({ python3: slow }), ANTBEE_CACHE: cache } },
  );
  const waiting = setInterval(() => {
    if (existsSync(join(cache, "pid"))) child.kill("SIGINT");
  }, 50);
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  await new Promise((resolve) => child.on("close", resolve));
  clearInterval(waiting);
  expect(printed).toBe(
    "1 antbee backend install: interrupted; nothing was installed, antbee uses the wasm backend\n",
  );
  const pid = Number(readFileSync(join(cache, "pid"), "utf8"));
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(await readdir(place)).toEqual([]);
});

it("puts a package in the place of another whole, with its links, or leaves the other as it was", async () => {
  const root = await temporaryFolder();
  const folder = join(root, "@tensorflow", "tfjs-node-gpu");
  await somePackage(folder, computing("2.9.1"));
  const broken = await somePackage(join(root, "broken"), 'throw new Error("no such symbol");');
  await expect(place(broken, folder)).rejects.toMatchObject(fault(1, /does not compute: .*no such symbol$/));
  const refuse = ({ version }: { version: string }) => checkVersion(version);
  const old = await somePackage(join(root, "old"), computing("2.5.0"));
  await expect(place(old, folder, undefined, refuse)).rejects.toMatchObject(
    fault(2, /found TensorFlow 2\.5\.0$/),
  );
  expect(readFileSync(join(folder, "deps", "link"), "utf8")).toBe(computing("2.9.1"));
  const better = await somePackage(join(root, "better"), computing("2.15.1"));
  expect(await place(better, folder)).toEqual({ version: "2.15.1", gpu: false });
  expect(readFileSync(join(folder, "deps", "link"), "utf8")).toBe(computing("2.15.1"));
  await mkdir(join(root, "@tensorflow", ".tfjs-node-gpu-123"));
  await removeLeftovers(folder);
  expect(await readdir(join(root, "@tensorflow"))).toEqual(["tfjs-node-gpu"]);
});

/** An ELF file's first bytes, of a machine's number. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return header;
}

it("refuses a library of one's own that is of another machine or version, or not whole", async () => {
  const machines: Record<string, number> = { x64: 62, arm64: 183 };
  const other = Object.keys(machines).find((name) => name !== process.arch)!;
  const own = await temporaryFolder();
  const refusal = (message: RegExp) =>
    expect(linkOwnLibrary(own, join(own, "linked"))).rejects.toMatchObject(fault(2, message));
  await refusal(/^ANTBEE_LIBTENSORFLOW: expected a folder with lib\/libtensorflow_framework\.so/);
  await mkdir(join(own, "lib"));
  const write = (name: string, bytes: Buffer) => writeFile(join(own, "lib", name), bytes);
  await write("libtensorflow_framework.so.2", elf(machines[process.arch]!));
  await write("libtensorflow.so.2", elf(machines[other]!));
  await refusal(new RegExp(`expected a library for ${process.arch}, found .*so.2, of ${other} machine$`));
  await write("libtensorflow.so.2", Buffer.from("no library"));
  await refusal(/of no machine$/);
  await write("libtensorflow.so.2", elf(machines[process.arch]!));
  await refusal(/a folder with include\/tensorflow\/c\/c_api\.h/);
  expect(() => checkVersion("2.9.1")).not.toThrow();
  expect(() => checkVersion("2.8.4")).toThrow(/expected TensorFlow 2, from 2.9 on, found TensorFlow 2.8.4/);
  expect(() => checkVersion("3.0.0")).toThrow();
});

it("is a command that refuses what it does not know, and names the environment's library", async () => {
  const unknown = await antbee(["backend", "remove"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/^antbee: antbee backend: expected install, found "remove"/);
  const nowhere = await antbee(["backend", "install"], { env: { [OWN_LIBRARY]: "/nowhere" } });
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toMatch(/^antbee: ANTBEE_LIBTENSORFLOW: expected .*found "\/nowhere"; nothing was/);
});

/** What only a process can meet: limits, full and closed outputs, and what a killed one left behind. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, readFile, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { isAbandoned } from "../../src/shared/temporary.js";
import { tinySceneFile } from "../sim/tiny.js";
import { antbee, imagenetWeights, lastingFolder, temporaryFolder } from "../support.js";
import { ended, fingerprint, processes, start } from "./processes.js";
import { imageSets } from "./sets.js";

const CHECKOUT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const LIMIT_MS = 60_000;

const SOURCES = `node --import ${import.meta.resolve("tsx")} ${join(CHECKOUT, "src/cli/main.ts")}`;

/** The command in a shell that sets limits and leads outputs elsewhere. */
function inShell(script: string, command = SOURCES): Promise<{ code: number | null; stderr: string }> {
  const child = spawn("bash", ["-c", script.replaceAll("antbee ", `${command} `)], {
    cwd: CHECKOUT,
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

let folder: string;
let scene: string;
beforeAll(async () => {
  folder = await lastingFolder();
  scene = await tinySceneFile(folder);
});

describe("outputs", () => {
  it.each(["data list", "--help", "backbones --json"])("antbee %s into a full disk", async (args) => {
    const { code, stderr } = await inShell(`antbee ${args} >/dev/full`);
    expect(stderr).toMatch(/antbee: standard output: the disk is full\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  it("a reader that has gone", async () => {
    const { code, stderr } = await inShell("set -o pipefail; antbee data list | true");
    expect(stderr).toMatch(/^(antbee: standard output: its reader has gone\n)?$/);
    expect([0, 1]).toContain(code); // the reader may go after the text has come
  });
});

const BUILT = join(CHECKOUT, "dist/src/cli/main.js");
const IS_BUILT = existsSync(BUILT);
if (!IS_BUILT) console.warn("skipping the limit of open files: needs npm run build");

/**
 * Node loads modules many at a time: it may run into the limit before antbee does anything, which is said. From sources it
 * may not be: modules are loaded through a thread of Node's there, with whose end the process ends without a word.
 */
const ENOUGH_OR_SAID = /^(0 |1 antbee: \S+: too many files are open \(ulimit -n\)\n$)/;

describe.skipIf(!IS_BUILT)("limits", () => {
  it("64 open files: a small experiment is planned", async () => {
    const { source, target } = await imageSets();
    const experiment = join(folder, "e.yaml");
    await writeFile(
      experiment,
      `name: e\nsource: {dataset: ${source}}\ntarget: {dir: ${target}}\nbackbone: {name: objectron_mobilenet_v2}\narms: {}\n`,
    );
    const { code, stderr } = await inShell(
      `ulimit -n 64; antbee run ${experiment} --dry-run`,
      `node ${BUILT}`,
    );
    expect(`${code} ${stderr}`).toMatch(ENOUGH_OR_SAID);
  });

  it.skipIf(!imagenetWeights)("64 open files: the real set is hashed", async () => {
    const { code, stderr } = await inShell(
      "ulimit -n 64; antbee run scenes/experiments/demo.yaml --dry-run",
      `node ${BUILT}`,
    );
    expect(`${code} ${stderr}`).toMatch(ENOUGH_OR_SAID);
  });
});

/** The built command as a user who may start so few processes; root itself has no limit. */
const NOBODY = 65_533;
const asNobody = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups`;
const CAN_LIMIT =
  process.getuid?.() === 0 &&
  spawnSync("bash", ["-c", `${asNobody} prlimit --nproc=500 node ${BUILT} --version`]).status === 0;
if (!CAN_LIMIT) console.warn("skipping the limit of processes: needs root, setpriv and npm run build");

describe.skipIf(!CAN_LIMIT)("12 processes and threads", () => {
  const limited = async (args: string) => {
    const here = await temporaryFolder();
    await chmod(here, 0o777);
    const shared = await tinySceneFile(here);
    const command = `${asNobody} prlimit --nproc=12 env HOME=${here} node ${BUILT} ${args}`;
    return inShell(`cd ${here}; ${command.replaceAll("SCENE", shared)}`);
  };

  it("a render says that it can start no process, and ends", async () => {
    const { code, stderr } = await limited("render SCENE --count 12 --out out --workers 2");
    expect(stderr).toMatch(/^antbee: worker process: it cannot be started: [^\n]+ \(ulimit -u\)\n$/);
    expect(code).toBe(1);
  });
});

describe("a cache where no folder can be", () => {
  it("is said, and the command ends", async () => {
    const { source, target } = await imageSets();
    const experiment = join(folder, "cached.yaml");
    const phases = "[{on: source, train: head, lr: 1e-3, epochs: 1}]";
    await writeFile(
      experiment,
      `name: e\nsource: {dataset: ${source}}\ntarget: {dir: ${target}}\nbackbone: {name: objectron_mobilenet_v2}\nviews: 0\narms: {source-only: {track: source-only, phases: ${phases}}}\n`,
    );
    const out = join(await temporaryFolder(), "runs");
    const args = `run ${experiment} --out ${out} --report ${out}/report`;
    const { code, stderr } = await inShell(`ANTBEE_CACHE=/proc/x antbee ${args}`);
    expect(stderr).toMatch(/\nantbee: \/proc\/x\S*: no folder can be made there\n$/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });
});

describe("shards", () => {
  const render = async (out: string, ...more: string[]) =>
    expect(
      (await antbee(["render", scene, "--count", "12", "--out", out, "--workers", "1", ...more])).code,
    ).toBe(0);
  /** Files by path; records as the lines that all of them hold together. */
  const whole = async (out: string) => {
    const files = await fingerprint(out);
    const names = Object.keys(files).filter((path) => path.startsWith("records/"));
    const texts = await Promise.all(names.map((name) => readFile(join(out, name), "utf8")));
    const lines = texts.flatMap((text) => text.split("\n").filter(Boolean));
    return { files: withoutShares(withoutRecords(files)), lines: lines.sort() };
  };

  it("one, three, and one that was killed and resumed are equal in all files", async () => {
    const [one, three, killed] = ["one", "three", "killed"].map((name) => join(folder, name));
    await render(one!);
    for (const k of [1, 2, 3]) await render(three!, "--shard", `${k}/3`);
    expect((await antbee(["render", "--merge", "--out", three!])).code).toBe(0);
    const child = start(["render", scene, "--count", "12", "--out", killed!, "--workers", "1"]);
    const records = join(killed!, "records/1-of-1.jsonl");
    const poll = setInterval(() => {
      if (existsSync(records)) process.kill(-child.pid!, "SIGKILL");
    }, 5);
    await ended(child);
    clearInterval(poll);
    await render(killed!, "--resume");
    const expected = await whole(one!);
    expect(await whole(three!)).toEqual(expected);
    expect(await whole(killed!)).toEqual(expected);
  });
});

describe("a display", () => {
  const MARK = { ANTBEE_TEST: `display-${process.pid}` };
  const own = () => processes("Xvfb", MARK);

  it.skipIf(process.platform !== "linux")(
    "ends when its process is killed before its first client",
    async () => {
      const code = `const { openContext } = await import(${JSON.stringify(join(CHECKOUT, "sim/renderer/context.ts"))}); await openContext(16, 16);`;
      const { DISPLAY: _, ...env } = process.env;
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
        cwd: CHECKOUT,
        env: { ...env, ...MARK },
      });
      await vi.waitUntil(() => own().length > 0 || child.exitCode !== null, { timeout: 60_000, interval: 2 });
      child.kill("SIGKILL");
      await vi.waitUntil(() => own().length === 0, { timeout: 10_000, interval: 100 });
    },
  );
});

describe("what a kill left", () => {
  it("cut and empty images are rendered again, and temporaries swept", async () => {
    const out = join(folder, "out");
    const args = ["render", scene, "--count", "12", "--out", out, "--workers", "1"];
    expect((await antbee(args)).code).toBe(0);
    const whole = await fingerprint(out);
    const [cut, empty] = Object.keys(whole).filter((path) => path.startsWith("images/"));
    await truncate(join(out, cut!), 200);
    await truncate(join(out, empty!), 0);
    const mask = Object.keys(whole).findLast((path) => path.startsWith("masks/"))!;
    await writeFile(join(out, mask), "damaged");
    await writeFile(join(out, dirname(cut!), ".000000.jpg.gone-1-0.tmp"), "half");
    await writeFile(join(out, dirname(cut!), ".000000.jpg.4711-0.tmp"), "half");
    const { code, stdout } = await antbee([...args, "--resume"]);
    expect(stdout).toMatch(/^3 images rendered, 9 stood there already/);
    expect(code).toBe(0);
    const { [join(dirname(cut!), ".000000.jpg.gone-1-0.tmp")]: elsewhere, ...resumed } =
      await fingerprint(out);
    expect(elsewhere).toBeDefined(); // another machine may be at it still
    expect(withoutRecords(resumed)).toEqual(withoutRecords(whole));
  });

  it("a temporary is nobody's when its process has ended, or it is too old to be written still", () => {
    const now = Date.now();
    expect(isAbandoned(".a.jpg.4711-0.tmp", now)).toBe(true);
    expect(isAbandoned(".a.jpg.elsewhere-1-0.tmp", now)).toBe(false);
    expect(isAbandoned(".a.jpg.elsewhere-1-0.tmp", now - 3_600_000)).toBe(true);
  });
});

/** How the work was shared out is said by the shares themselves. */
const withoutShares = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !/^(shards\.json$|units\/)/.test(path)));

/** A line is written anew for what is rendered anew. */
const withoutRecords = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith("records/")));

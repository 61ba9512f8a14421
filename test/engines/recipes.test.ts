/** What sites build antbee from, and the scripts for Slurm: no linter has anything to say of them. Images are not built here. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tinySceneFile } from "../sim/tiny.js";
import { antbee, temporaryFolder } from "../support.js";
import { tool } from "./tools.js";

const [hadolint, shellcheck] = [tool("hadolint"), tool("shellcheck")];
if (!hadolint || !shellcheck)
  console.warn("skipping the recipes' linters: hadolint, shellcheck are not here (pip)");

/** Debian's packages are not pinned: its stable releases change only what is wrong. */
const UNPINNED = "DL3008";

const lint = (program: string, ...args: string[]) => {
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
  return stdout + stderr;
};

it.skipIf(!hadolint)("the Dockerfile", async () => {
  expect(lint(hadolint!, "--ignore", UNPINNED, "Dockerfile")).toBe("");
  const rootless = join(await temporaryFolder(), "Dockerfile");
  await writeFile(rootless, "FROM debian\nRUN cd /tmp\n");
  expect(lint(hadolint!, rootless)).toContain("DL3006");
});

it.skipIf(!shellcheck)("the scripts, and what is submitted to Slurm", async () => {
  const folder = await temporaryFolder();
  const [scene, script] = [await tinySceneFile(folder), join(folder, "submit.slurm.sh")];
  const { stdout } = await antbee([
    "submit",
    scene,
    "--count",
    "9",
    "--engine",
    "slurm",
    "--out",
    "it's here",
  ]);
  await writeFile(script, stdout);
  expect(lint(shellcheck!, script, "scripts/setup.sh", "scripts/install-prefix.sh")).toBe("");
});

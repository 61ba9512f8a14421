/** Commands that tell what is here, in a place with data and in one without. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { antbee, hymenoptera, temporaryFolder, WHY_NO_DATA } from "../support.js";

/** A working folder and a cache in which nothing can be found. */
async function nowhere() {
  const cwd = await temporaryFolder();
  return { cwd, env: { ANTBEE_CACHE: join(cwd, "cache"), ANTBEE_DATA: "" } };
}

describe("antbee doctor", () => {
  it("opens a display and a tensor backend, and tells which data and weights it sees", async () => {
    const { code, stdout } = await antbee(["doctor", "--json"]);
    expect(code).toBe(0);
    const findings: { what: string; ok: boolean; found: string }[] = JSON.parse(stdout);
    const found = (what: string) => findings.find((finding) => finding.what === what)!;
    expect(found("rendering")).toMatchObject({ ok: true, found: expect.stringContaining("WebGL 2") });
    expect(found("tensors")).toMatchObject({
      ok: true,
      found: expect.stringMatching(/^(wasm|tensorflow) backend/),
    });
    const engine = found("native engine");
    expect(engine.found).toMatch(
      engine.ok ? /^TensorFlow 2\.\d+\.\d+ on / : /^does not load: .*; antbee backend install/,
    );
    expect(found("CUDA").found).toMatch(found("CUDA").ok ? /MiB/ : /no device|not used by the engine/);
    expect(found("data: hymenoptera").ok).toBe(Boolean(hymenoptera));
    expect(found("weights: objectron_mobilenet_v2").ok).toBe(true);
  });

  it("names the command for a CUDA device that the engine does not use", async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, "nvidia-smi"), "#!/bin/sh\necho NVIDIA T4, 15360 MiB, 535.1\n", {
      mode: 0o755,
    });
    const { stdout } = await antbee(["doctor"], { env: { PATH: `${path}:${process.env.PATH}` } });
    expect(stdout).toMatch(/CUDA .*NVIDIA T4, 15360 MiB/);
    expect(stdout).toMatch(/antbee backend install --gpu/);
  });

  it("fails where rendering cannot work, and says what to install", async () => {
    const { code, stdout } = await antbee(["doctor"], {
      env: { PATH: await temporaryFolder(), DISPLAY: "" },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL rendering .*xvfb/);
  });
});

it("antbee --help and a command's --help are plain text off a terminal", async () => {
  const help = await antbee(["--help"]);
  expect(help.stdout).toContain("render");
  expect(help.stdout).not.toContain("\u001b");
  expect((await antbee(["render", "--help"])).stdout).toContain("--shard");
});

describe("antbee data", () => {
  it("lists a dataset that is not here with the way to get it", async () => {
    const { stdout } = await antbee(["data", "list"], await nowhere());
    expect(stdout).toMatch(/hymenoptera: .*397 images\n\s+not here; antbee data fetch/);
  });

  it.skipIf(!hymenoptera)(`checks the real set against the published hashes (${WHY_NO_DATA})`, async () => {
    const { code, stdout } = await antbee(["data", "check", "hymenoptera"]);
    expect(stdout).toContain("all 397 images are the published ones");
    expect(code).toBe(0);
  });
});

it("antbee backbones lists cards as JSON", async () => {
  const { stdout } = await antbee(["backbones", "--json"], await nowhere());
  const cards: { name: string; parameters: number; found: string | null }[] = JSON.parse(stdout);
  const card = (name: string) => cards.find((one) => one.name === name)!;
  expect(card("mobilenet_v2")).toMatchObject({ parameters: 3_504_872, found: null });
  expect(card("objectron_mobilenet_v2").found).toContain("objectron_solution_packed_assets.data");
});

it("without data and weights, the demo's plan stands in for both aloud and renders nothing", async () => {
  const place = await nowhere();
  const { code, stdout, stderr } = await antbee(["run", "scenes/experiments/demo.yaml", "--dry-run"], place);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /hymenoptera is not here: a run fetches it .*what stands in for it .*, scenes\/standin\.yaml/,
  );
  expect(stderr).toMatch(/ImageNet weights cannot be had .*objectron_mobilenet_v2 is used/);
  expect(stdout).toMatch(/stand-in target, not real photographs/);
  expect(stdout).toMatch(/1080 images to render/);
  expect(existsSync(join(place.cwd, "runs"))).toBe(false);
});

/** What a command says to somebody who mistyped it, left something out or stopped it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { typedCommand } from "../../src/cli/this-command.js";
import { editsBetween, nearest } from "../../src/shared/nearest.js";
import { ended, start } from "../faults/processes.js";
import { faults } from "../faults/runner.js";
import { temporaryFolder } from "../support.js";

describe("the nearest of known names", () => {
  it.each([
    ["rendr", "render"],
    ["redner", "render"],
    ["Render", "render"],
    ["comapre", "compare"],
    ["paint", undefined],
    ["rn", "run"],
    ["go", undefined],
    ["render", undefined],
  ])("to %s is %s", (name, meant) => {
    expect(nearest(name, ["run", "render", "compare", "eval"])).toBe(meant);
  });

  it("counts letters put in, taken out, replaced and swapped", () => {
    expect(editsBetween("", "abc")).toBe(3);
    expect(editsBetween("kitten", "sitting")).toBe(3);
    expect(editsBetween("ab", "ba")).toBe(1);
    expect(editsBetween("ca", "abc")).toBe(3); // 2 where a part may be edited twice
  });
});

faults("what was meant", [
  { what: "a command", args: ["rendr", "s.yaml"], code: 2, says: /found "rendr"; did you mean `render`\?$/ },
  {
    what: "a flag",
    args: ["render", "s.yaml", "--out", "x", "--cuont", "3"],
    code: 2,
    says: /found --cuont; did you mean `--count`\?$/,
  },
  {
    what: "an action",
    args: ["data", "chekc"],
    code: 2,
    says: /found "chekc"; did you mean `check`\?$/,
  },
  {
    what: "a word of an experiment",
    args: ["run", "e.yaml", "--dry-run"],
    code: 2,
    says: /e\.yaml: arms\.a\.track: .*found "orcale"; did you mean `oracle`\?$/,
    files: {
      "e.yaml":
        "name: e\nsource: {scene: scenes/standard.yaml, count: 4, val: 4}\ntarget: {dataset: hymenoptera}\nbackbone: {name: objectron_mobilenet_v2, weights: imagenet1k}\narms:\n  a: {track: orcale, phases: [{on: target, train: head}]}\n",
    },
  },
]);

describe("the command to type again", () => {
  it("quotes what a shell would take apart", () => {
    expect(typedCommand(["run", "my task/it's.yaml", "--seeds", "0,1"])).toBe(
      "npx antbee run 'my task/it'\\''s.yaml' --seeds 0,1",
    );
  });
});

describe("Ctrl-C", () => {
  it("ends the work and says which command goes on", async () => {
    const out = join(await temporaryFolder(), "renders");
    const args = ["render", "scenes/standard.yaml", "--count", "400", "--workers", "1", "--out", out];
    const child = start(args);
    const done = ended(child);
    await expect.poll(() => existsSync(join(out, "images")), { timeout: 60_000 }).toBe(true);
    process.kill(-child.pid!, "SIGINT");
    const { code, stderr } = await done;
    expect(code).toBe(130);
    expect(stderr.trim().split("\n").at(-1)).toBe(
      `antbee: stopped; --resume continues where it was: npx antbee ${args.join(" ")} --resume`,
    );
  });
});

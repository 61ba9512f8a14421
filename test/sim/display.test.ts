import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support.js";

const context = join(process.cwd(), "sim/renderer/context.ts");

/** What opening a context says in a process with this environment. */
function openIn(env: Record<string, string>): { message: string; exitCode: number } {
  const code = `
    const { openContext } = await import(${JSON.stringify(context)});
    const said = await openContext(16, 16).then(() => ({ message: "opened" }), ({ message, exitCode }) => ({ message, exitCode }));
    process.stdout.write(JSON.stringify(said));
    process.exit(0);`;
  const { DISPLAY: _, ...rest } = process.env;
  const args = ["--import", "tsx", "--input-type=module", "-e", code];
  return JSON.parse(
    execFileSync(process.execPath, args, {
      env: { ...rest, ...env },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
}

const onLinux = process.platform === "linux";

it.runIf(onLinux)("starts a display of its own where there is none", () => {
  expect(openIn({}).message).toBe("opened");
});

it.runIf(onLinux)("names the packages where Xvfb is missing", async () => {
  const { message, exitCode } = openIn({ PATH: await temporaryFolder() });
  expect(message).toMatch(/Xvfb is not installed.*xvfb libgl1-mesa-dri libgl1 libegl1 libxi6/);
  expect(message).not.toContain("\n");
  expect(exitCode).toBe(1);
});

it.runIf(onLinux)("names the packages where the display cannot be reached", () => {
  const { message, exitCode } = openIn({ DISPLAY: ":4711" });
  expect(message).toMatch(/DISPLAY=:4711.*xvfb/);
  expect(exitCode).toBe(1);
});

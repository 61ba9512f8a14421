import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { packageFile } from "../../src/shared/roots.js";

const script = packageFile(join("test", "shared", "stubborn-script.ts"));

it("closes a pool whose process does not end by itself before the script goes on", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script]);
  expect(stdout).toBe("answered, closed\n");
});

/** Python programs that some tests run: where `scripts/setup.sh --tests` put them, or on the search path. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { userCache } from "../../src/shared/roots.js";

const FOLDER = join(userCache(), "engines", "bin");

/** The search path with those programs on it. */
export const toolPath = (path = process.env.PATH): string => `${FOLDER}${delimiter}${path}`;

/** The program, or null where it is not here. */
export function tool(name: string): string | null {
  const own = join(FOLDER, name);
  if (existsSync(own)) return own;
  const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : null;
}

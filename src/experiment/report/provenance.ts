/** What wrote a report: version and commit of the code, and the day. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { packageFile } from "../../shared/roots.js";

/** Goes into the report's environment; no commit where antbee was installed from a package. */
export async function provenance(): Promise<{ date: string; version: string; commit?: string }> {
  const { version } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string };
  const commit = await checkedOutCommit();
  return { date: new Date().toISOString().slice(0, 10), version, ...(commit ? { commit } : {}) };
}

/** With `-dirty` behind it where files were changed since. */
async function checkedOutCommit(): Promise<string | undefined> {
  if (!existsSync(packageFile(".git"))) return undefined;
  const describe = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
  const { stdout } = await promisify(execFile)("git", describe, { cwd: packageFile("") }).catch(() => ({
    stdout: "",
  }));
  return stdout.trim() || undefined;
}

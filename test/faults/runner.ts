/**
 * Rows of bad input, each with the exit code and the sentence that it must end in. The runner checks besides that
 * there is one sentence and no stack, that it took less than ten seconds, and that no file came, went or changed.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { antbee } from "../../src/cli/antbee.js";
import { sha256 } from "../../src/shared/files.js";
import { temporaryFolder } from "../support.js";

export interface Row {
  what: string;
  /** The command line; it is run in a folder of its own. */
  args: readonly string[] | ((here: string) => readonly string[]);
  code: 1 | 2;
  says: RegExp;
  /** What stands in that folder, by path. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  /** Variables that the command finds otherwise than the tests do. */
  env?: Readonly<Record<string, string>>;
  /** What `files` cannot say: links, pipes, copies. */
  prepare?: (here: string) => Promise<unknown>;
}

const LONGEST_MS = 10_000;

/** One test a row, in this process: the command's own function, with what it prints kept. */
export function faults(title: string, rows: readonly Row[]): void {
  describe(`${title}: ${rows.length} rows`, () => {
    it.each(rows.map((row) => [row.what, row] as const))("%s", async (_, row) => {
      const here = await temporaryFolder();
      await lay(here, row);
      for (const [name, value] of Object.entries(row.env ?? {})) vi.stubEnv(name, value);
      onTestFinished(() => void vi.unstubAllEnvs());
      const before = await snapshot(here);
      const { code, stdout, stderr, ms } = await run(
        typeof row.args === "function" ? row.args(here) : row.args,
        here,
      );
      const sentences = stderr.split("\n").filter((line) => line.startsWith("antbee: "));
      expect(sentences.join("\n")).toMatch(row.says);
      expect(sentences).toHaveLength(1);
      expect(stderr).not.toMatch(/\n\s+at |undefined|\[object /);
      expect(stdout).toBe("");
      expect(code).toBe(row.code);
      expect(ms).toBeLessThan(LONGEST_MS);
      expect(await snapshot(here)).toEqual(before);
    });
  });
}

async function lay(here: string, { files = {}, prepare }: Row): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(here, path)), { recursive: true });
    await writeFile(join(here, path), content);
  }
  await prepare?.(here);
}

/** Every path below the folder, with the hash of what is a file. Folders alone may stay. */
async function snapshot(here: string): Promise<string[]> {
  const entries = await readdir(here, { recursive: true, withFileTypes: true });
  const lines = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${path} ${entry.isFile() ? sha256(await readFile(path)) : "special"}`;
    });
  return (await Promise.all(lines)).sort();
}

async function run(args: readonly string[], here: string) {
  const said = { stdout: "", stderr: "" };
  const [cwd, began] = [process.cwd(), performance.now()];
  const back = (["stdout", "stderr"] as const).map((name) =>
    keep(name, (text) => {
      said[name] += text;
    }),
  );
  process.chdir(here);
  try {
    const code = await antbee(args);
    return { code, ...said, ms: performance.now() - began };
  } finally {
    process.chdir(cwd);
    for (const restore of back) restore();
  }
}

function keep(name: "stdout" | "stderr", take: (text: string) => void): () => void {
  const stream = process[name];
  const { write } = stream;
  stream.write = ((text: string | Uint8Array) => {
    take(String(text));
    return true;
  }) as typeof write;
  return () => {
    stream.write = write;
  };
}

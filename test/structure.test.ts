/** The order of folders: imports between the folders of a part of the project never lead back to where they began. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./support.js";

/** Parts of the project whose folders stand in layers. */
const PARTS = ["sim", "adapt", "eval", "src", "src/experiment"];

const IMPORT = /(?:from\s+|import\(\s*|import\s+)"(\.{1,2}\/[^"]+)"/g;

/** For each folder directly in `part`, the others that its files import. Files of the part itself stand above all. */
function folderImports(part: string): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const entry of readdirSync(part, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const file = join(entry.parentPath, entry.name);
    const own = folderOf(part, file);
    const targets = [...readFileSync(file, "utf8").matchAll(IMPORT)]
      .map(([, target]) => folderOf(part, normalize(join(dirname(file), target!))))
      .filter((folder): folder is string => folder !== undefined && folder !== own);
    if (own !== undefined) imports.set(own, new Set([...(imports.get(own) ?? []), ...targets]));
  }
  return imports;
}

function folderOf(part: string, file: string): string | undefined {
  const steps = relative(part, file).split(sep);
  return steps[0] === ".." || steps.length === 1 ? undefined : steps[0];
}

/** The folders that import one another in a loop: what is left when those that stand on finished ones are taken away. */
function circles(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const left = new Map(imports);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [folder, targets] of left)
      if (![...targets].some((target) => left.has(target))) left.delete(folder);
  }
  return [...left.keys()].sort();
}

describe.each(PARTS)("%s", (part) => {
  it("has folders", () => expect(folderImports(part).size).toBeGreaterThanOrEqual(3));

  it("has no folders that import one another in a circle", () => {
    expect(circles(folderImports(part))).toEqual([]);
  });
});

it("a circle is found, with what stands on it", () => {
  const imports = { a: ["b"], b: ["c"], c: ["a"], d: ["a"], e: [] };
  const found = circles(new Map(Object.entries(imports).map(([folder, to]) => [folder, new Set(to)])));
  expect(found).toEqual(["a", "b", "c", "d"]);
});

/** The packages that importing a module of ours loads, as Node's own coverage tells. */
async function packagesOf(module: string): Promise<Set<string>> {
  const folder = await temporaryFolder();
  const code = `await import(${JSON.stringify(pathToFileURL(module).href)})`;
  const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", code];
  const { status } = spawnSync(process.execPath, args, { env: { ...process.env, NODE_V8_COVERAGE: folder } });
  expect(status).toBe(0);
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const names = texts.flatMap((text) => [...text.matchAll(/node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)]);
  return new Set(names.map(([, name]) => name!));
}

it.each(["src/index.ts", "adapt/index.ts"])(
  "importing %s loads nothing that draws charts",
  async (module) => {
    const packages = await packagesOf(module);
    expect(packages).toContain("zod"); // it tells what is loaded
    expect([...packages].filter((name) => /plot|linkedom|resvg/.test(name))).toEqual([]);
  },
);

/** Texts that are compared with a committed file; `UPDATE_GOLDEN=1 npx vitest run test/eval` writes them anew. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** @param name path below `test/golden` */
export function expectGolden(text: string, name: string): void {
  const path = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text, `${name} (UPDATE_GOLDEN=1 writes it anew)`).toBe(readFileSync(path, "utf8"));
}

import { execFileSync } from "node:child_process";
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  appendJsonLine,
  canonicalJson,
  readJson,
  readJsonLines,
  sha256,
  sha256File,
  writeAtomic,
} from "../../src/shared/files.js";
import { CAN_MOUNT, temporaryFolder } from "../support.js";

describe("writeAtomic", () => {
  it("replaces a file whole and leaves no temporary behind", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "below", "file.txt");
    await writeAtomic(path, "one");
    await writeAtomic(path, "two");
    expect(await readFile(path, "utf8")).toBe("two");
    expect(await readdir(join(folder, "below"))).toEqual(["file.txt"]);
  });

  it.skipIf(!CAN_MOUNT)(
    "names a full disk, keeps what stands there and leaves nothing half-written",
    async () => {
      const folder = await temporaryFolder();
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
      try {
        await writeAtomic(join(folder, "kept"), "kept");
        await expect(writeAtomic(join(folder, "big"), Buffer.alloc(4 << 20))).rejects.toThrow(
          /big: the disk is full/,
        );
        expect(await readdir(folder)).toEqual(["kept"]);
      } finally {
        execFileSync("umount", [folder]);
      }
    },
  );
});

describe("JSON lines", () => {
  it("passes over the stump that a kill leaves, and names the line of other damage", async () => {
    const path = join(await temporaryFolder(), "records.jsonl");
    await appendJsonLine(path, { a: 1 });
    await appendJsonLine(path, { a: 2 });
    await appendFile(path, '{"a": 3');
    expect(await readJsonLines(path)).toEqual([{ a: 1 }, { a: 2 }]);
    await writeFile(path, '{"a":1}\nnonsense\n');
    await expect(readJsonLines(path)).rejects.toThrow(/records\.jsonl:2: expected a JSON record/);
    expect(await readJsonLines(`${path}.absent`)).toEqual([]);
  });
});

describe("hashes", () => {
  it("agree with the published digest of 'abc', streamed or not", async () => {
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1
    const path = join(await temporaryFolder(), "abc");
    await writeFile(path, "abc");
    expect(sha256("abc")).toBe(abc);
    expect(await sha256File(path)).toBe(abc);
  });

  it("ignore the order of keys, at every depth, and nothing else", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: 0 })).toBe(canonicalJson({ a: 0, b: [{ c: 2, d: 1 }] }));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});

it("readJson: a missing file and broken JSON are bad input", async () => {
  const folder = await temporaryFolder();
  await expect(readJson(join(folder, "none.json"))).rejects.toMatchObject({ exitCode: 2 });
  await writeFile(join(folder, "broken.json"), "{");
  await expect(readJson(join(folder, "broken.json"))).rejects.toThrow(/broken\.json: expected JSON/);
});

/** Archives of strangers: read right, or refused in a sentence. */
import { execFileSync } from "node:child_process";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { openImageFolder } from "../../src/shared/dataset.js";
import { AntbeeError } from "../../src/shared/errors.js";
import { listMembers } from "../../src/shared/tar-members.js";
import { fault, lastingFolder, temporaryFolder } from "../support.js";
import { archive, member } from "./tar-member.js";

async function opened(bytes: Buffer, classes?: unknown) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "train-000000.tar"), bytes);
  if (classes) await writeFile(join(folder, "dataset.json"), JSON.stringify({ classes }));
  return openImageFolder(folder, "train");
}

const CLASSES = ["ants", "bees"];
const pair = (key: string, cls: string) => [member(`${key}.jpg`, "x"), member(`${key}.cls`, cls)];

describe("an archive", () => {
  it("is read with its classes, folders and longer names among its members", async () => {
    const long = `${"deep/".repeat(30)}a`;
    const record = ` path=${long}.jpg\n`;
    const pax = `${record.length + 3}${record}`;
    const { items } = await opened(
      archive(
        member("d/", "", { type: "5" }),
        ...pair("d/one", "0"),
        member("pax", pax, { type: "x" }),
        member("short.jpg", "y"),
        member("././@LongLink", `${long}.cls\0`, { type: "L" }),
        member("short.cls", "1"),
      ),
      CLASSES,
    );
    expect(items.map(({ id, label }) => [id, label])).toEqual([
      ["train/ants/d/one.jpg", "ants"],
      [`train/bees/${long}.jpg`, "bees"],
    ]);
  });

  it("that Python writes is read", async () => {
    const folder = await temporaryFolder();
    const name = `${"n".repeat(120)}`;
    await writeFile(join(folder, `${name}.png`), "p");
    await writeFile(join(folder, `${name}.cls`), "1");
    const code = `import tarfile; t = tarfile.open("train-000000.tar", "w"); t.add("${name}.png"); t.add("${name}.cls"); t.close()`;
    execFileSync("python3", ["-c", code], { cwd: folder });
    const { items } = await openImageFolder(folder, "train");
    expect(items.map(({ label, split }) => [label, split])).toEqual([["1", "train"]]);
  });

  it.each([
    ["names that lead outside", archive(...pair("../secret", "0")), /expected names that stay within/],
    ["absolute names", archive(...pair("/etc/a", "0")), /expected names that stay within/],
    ["a link", archive(member("a.jpg", "", { type: "2" })), /a\.jpg: expected a regular file or a folder/],
    [
      "a negative size",
      archive(member("a.jpg", "", { size: "-0000001000" })),
      /expected a whole tar archive/,
    ],
    ["a huge size", archive(member("a.jpg", "", { size: "77777777777\0" })), /expected a whole tar archive/],
    ["two of one name", archive(...pair("a", "0"), ...pair("a", "1")), /a\.jpg: expected every file once/],
    [
      "two archives in one",
      Buffer.concat([archive(...pair("a", "0")), archive(...pair("b", "1"))]),
      /one tar archive/,
    ],
    ["an empty class", archive(...pair("a", "")), /a\.cls: expected a class of the dataset, found ""/],
    [
      "a class in another notation",
      archive(...pair("a", "0x1")),
      /expected a class of the dataset, found "0x1"/,
    ],
    ["a class that is none", archive(...pair("a", "2")), /expected a class of the dataset, found "2"/],
    ["an image without a class", archive(member("a.jpg", "x")), /expected its class beside it/],
    ["one that is cut", archive(...pair("a", "0")).subarray(0, 700), /expected a whole tar archive/],
  ])("is refused for %s", async (_what, bytes, words) => {
    await expect(opened(bytes, CLASSES)).rejects.toMatchObject(fault(2, words));
  });

  it("is refused for a class that every object has", async () => {
    await expect(opened(archive(...pair("a", "__proto__")))).rejects.toMatchObject(
      fault(2, /a class of the dataset/),
    );
  });

  it("is refused where a pipe or class folders stand in its place or beside it", async () => {
    const folder = await temporaryFolder();
    execFileSync("mkfifo", [join(folder, "train-000000.tar")]);
    await expect(openImageFolder(folder, "train")).rejects.toMatchObject(fault(2, /expected a tar archive/));
    const other = await temporaryFolder();
    await writeFile(join(other, "train-000000.tar"), archive(...pair("a", "ants")));
    await mkdir(join(other, "train", "ants"), { recursive: true });
    await expect(openImageFolder(other, "train")).rejects.toMatchObject(
      fault(2, /expected class folders or archives/),
    );
  });

  it("of another split, whose name only begins so, is not taken along", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "test-000000.tar"), archive(...pair("a", "ants")));
    await writeFile(join(folder, "test-hard-000000.tar"), archive(...pair("b", "ants")));
    expect((await openImageFolder(folder, "test")).items).toHaveLength(1);
  });
});

describe("any mutation of an archive", () => {
  let path: string;
  let good: Buffer;
  beforeAll(async () => {
    path = join(await lastingFolder(), "a.tar");
    good = archive(...pair("a", "0"), ...pair("b", "1"));
    await writeFile(path, "");
  });

  it("is read or refused, and never hangs", async () => {
    const mutations = fc.array(fc.tuple(fc.nat(4 * 1024 - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (changes, fix) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        if (fix) for (let at = 0; at < 4096; at += 1024) refit(bytes, at);
        await writeFile(path, bytes);
        try {
          for (const { name, offset, length } of listMembers(path)) {
            expect(name).not.toMatch(/^\/|\.\.|\\/);
            expect(offset + length).toBeLessThanOrEqual(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(AntbeeError);
          expect(error).toMatchObject({ exitCode: 2 });
        }
      }),
      { numRuns: 400 },
    );
  });

  it("takes nothing of what follows a whole one, but says so", async () => {
    await writeFile(path, good);
    expect(listMembers(path)).toHaveLength(4);
    await appendFile(path, "more");
    expect(() => listMembers(path)).toThrow(/expected one tar archive/);
    expect(await readFile(path)).toHaveLength(good.length + 4);
  });
});

/** Makes the checksum right again, so that what it guards is seen. */
function refit(bytes: Buffer, at: number): void {
  bytes.fill(" ", at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((a, b) => a + b, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148);
}

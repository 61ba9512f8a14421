/** Tar archives under a WebDataset's name that are none, or say more than a set of images may. */
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describePassedOver, openImageFolder } from "../../src/shared/dataset.js";
import { archive, END, member } from "../shared/tar-member.js";
import { temporaryFolder, writeImage } from "../support.js";
import { faults, type Row } from "./runner.js";
import { imageSets } from "./sets.js";

const { source } = await imageSets();

const batch = ["batch", "set", "--out", "grid.png"];
const pair = (key: string, label = "ants") => [member(`${key}.jpg`, "image"), member(`${key}.cls`, label)];
const whole = archive(...pair("a"), ...pair("b", "bees"));
/** `LENGTH KEY=VALUE\n`, the length that of all of it. */
const record = (text: string): string => {
  const rest = ` ${text}\n`;
  const length = rest.length + String(rest.length + 2).length;
  return `${length}${rest}`;
};
const pax = (text: string) => member("pax", record(text), { type: "x" });

const set = (what: string, bytes: Buffer, says: RegExp, files: Row["files"] = {}): Row => ({
  what,
  args: batch,
  code: 2,
  says,
  files: { "set/train-000000.tar": bytes, ...files },
});
const CUT = /train-000000\.tar: expected a whole tar archive, found one that is cut short or damaged at byte/;
const REGULAR = /z\.jpg: expected a regular file or a folder, found another kind of member/;

faults("archives", [
  set("nothing", Buffer.alloc(0), CUT),
  set("text", Buffer.from("not an archive".repeat(99)), CUT),
  set("zeros alone", Buffer.alloc(10_240), /set: expected archives with images, found none/),
  set("cut in a header", whole.subarray(0, 1100), CUT),
  set("cut in a file", whole.subarray(0, 700), CUT),
  set("no end", whole.subarray(0, -END.length), CUT),
  set("another archive behind its end", Buffer.concat([whole, whole]), /one tar archive, found more behind/),
  set(
    "megabytes behind its end",
    Buffer.concat([whole, Buffer.alloc(2 ** 21)]),
    /expected one tar archive, found \d+ bytes behind its end/,
  ),
  set("a wrong checksum", archive(member("a.jpg", "x", { checksum: "000000\0 " })), CUT),
  ...["77777777777\0", "-0000000001\0", "00000000899\0", "\x80\0\0\0\0\0\0\0\0\0\x04\0"].map((size) =>
    set(`the size ${JSON.stringify(size)}`, archive(member("a.jpg", "x", { size })), CUT),
  ),
  ...["1", "2", "3", "4", "6", "7", "S", "V", "K", "?"].map((type) =>
    set(`a member of type ${type}`, archive(member("z.jpg", "", { type }), ...pair("a")), REGULAR),
  ),
  ...["../a", "/etc/a", "x/../../a", "x\\a", "a\x01b"].map((name) =>
    set(`the name ${JSON.stringify(name)}`, archive(...pair(name)), /expected names that stay within/),
  ),
  set("one name twice", archive(...pair("a"), ...pair("a")), /a\.jpg: expected every file once/),
  set("one name in two forms", archive(...pair("a"), ...pair("./a")), /a\.jpg: expected every file once/),
  set(
    "two images of a sample",
    archive(...pair("a"), member("a.png", "x")),
    /a\.png: expected one image a sample/,
  ),
  set(
    "one sample in two archives",
    whole,
    /000001\.tar.a\.jpg: expected every sample once, found another in/,
    {
      "set/train-000001.tar": whole,
    },
  ),
  set("another archive that is cut", whole, /train-000001\.tar: expected a whole tar archive/, {
    "set/train-000001.tar": whole.subarray(0, 700),
  }),
]);

faults("headers of archives", [
  set("a pax name that leads out", archive(pax("path=../a.jpg"), ...pair("a")), /names that stay within/),
  set("a pax name with a zero", archive(pax("path=a\0.jpg"), ...pair("a")), /names that stay within/),
  set("an empty pax name", archive(pax("path="), ...pair("a")), /names that stay/),
  ...["-1", "1e3", "1.5", "many", ""].map((size) =>
    set(
      `the pax size ${size || "of nothing"}`,
      archive(pax(`size=${size}`), ...pair("a")),
      /expected a size in decimal digits/,
    ),
  ),
  set("a huge pax size", archive(pax("size=9999999999999"), ...pair("a")), CUT),
  ...["99 path=z.jpg\n", "0 path=z.jpg\n", "path=z.jpg\n", "7 path\n", "12 path=z.jpg"].map((text) =>
    set(
      `the pax record ${JSON.stringify(text)}`,
      archive(member("pax", text, { type: "x" }), ...pair("a")),
      /expected whole pax headers, found a damaged one/,
    ),
  ),
  set("a pax header of nothing", archive(...pair("a"), pax("path=z.jpgg")), CUT),
  set(
    "a sparse file",
    archive(pax("GNU.sparse.major=1"), ...pair("a")),
    /files that are stored whole, found a sparse/,
  ),
  ...["path=z.jpg", "size=300"].map((text) =>
    set(
      `for all members, ${text}`,
      archive(member("pax", record(text), { type: "g" }), ...pair("a")),
      /expected a name and a size of each file's own/,
    ),
  ),
  set(
    "a name of a megabyte",
    archive(member("L", "y".repeat(1e6), { type: "L" }), ...pair("a")),
    /at most 64 KiB/,
  ),
]);

const manifest = (text: string, says: RegExp) =>
  set(`dataset.json: ${text}`, whole, says, { "set/dataset.json": text });

faults("classes of archives", [
  set(
    "no class",
    archive(member("a.jpg", "x")),
    /a\.jpg: expected its class beside it \(\.cls\), found none/,
  ),
  ...["", " ", "..", "a/b", "__proto__", "toString", "a\0b", "a\x01b"].map((label) =>
    set(
      `the class ${JSON.stringify(label)}`,
      archive(...pair("a", label)),
      /a\.cls: expected a class of the dataset/,
    ),
  ),
  ...["-1", "2", "1.0", "0x1", "ants", "١"].map((label) =>
    set(`the number ${label}`, archive(...pair("a", label)), /a\.cls: expected a class of the dataset/, {
      "set/dataset.json": '{"classes": ["ants", "bees"]}',
    }),
  ),
  set(
    "a class of a megabyte",
    archive(...pair("a", "1".repeat(1e6))),
    /a\.cls: expected a file of at most 256 bytes/,
  ),
  manifest("null", /dataset\.json: expected keys with values, found null/),
  manifest("[]", /dataset\.json: expected keys with values, found \[\]/),
  manifest("{}", /dataset\.json: classes: expected a list, found nothing/),
  manifest('{"classes": "ants"}', /classes: expected a list, found "ants"/),
  manifest('{"classes": []}', /classes: expected a list with a length of at least 1/),
  manifest('{"classes": [1, 2]}', /classes\.0: expected text, found 1/),
  manifest('{"classes": ["ants", "ants"]}', /classes: expected each class once/),
  manifest('{"classes": ["a/b", "c"]}', /classes\.0: expected a class's name/),
  manifest('{"classes": ["..", "c"]}', /classes\.0: expected a class's name/),
  manifest('{"classes": ["a\\u0000", "c"]}', /classes\.0: expected a class by another name/),
  manifest('{"classes": ["__proto__", "c"]}', /classes\.0: expected a class by another name/),
]);

const beside = (what: string, prepare: (here: string) => Promise<unknown>, says: RegExp): Row => ({
  what,
  args: batch,
  code: 2,
  says,
  prepare: async (here) => {
    await mkdir(join(here, "set"));
    await prepare(here);
  },
});
const ARCHIVE = "set/all-000000.tar";

faults("what stands in an archive's place, and beside it", [
  beside("a folder", (here) => mkdir(join(here, ARCHIVE)), /expected a tar archive, found no regular file/),
  beside(
    "a device without end",
    (here) => symlink("/dev/zero", join(here, ARCHIVE)),
    /found no regular file/,
  ),
  beside(
    "a link to nothing",
    (here) => symlink("gone", join(here, ARCHIVE)),
    /expected a file, found a link to nothing/,
  ),
  beside(
    "a link to itself",
    (here) => symlink("all-000000.tar", join(here, ARCHIVE)),
    /links lead in a circle/,
  ),
  beside(
    "megabytes of nothing",
    async (here) => {
      await writeFile(join(here, ARCHIVE), "");
      await truncate(join(here, ARCHIVE), 2 ** 22);
    },
    /expected one tar archive, found 4194304 bytes behind its end/,
  ),
  ...["set/ants/a.jpg", "set/all/ants/a.jpg"].map((image) =>
    beside(
      image,
      async (here) => {
        await writeFile(join(here, ARCHIVE), whole);
        await writeImage(join(here, image), [9, 9, 9]);
      },
      /set: expected class folders or archives, found both/,
    ),
  ),
]);

it("reads names that begin with the folder that they are in, and counts what it passes over", async () => {
  const here = await temporaryFolder();
  const others = ["._a.jpg", "notes.txt", "c.cls", "c.gif"].map((name) => member(name, "ants"));
  const besides = [member("./a.json", "{}"), member("./a.mask.png", "")];
  await writeFile(
    join(here, "train-000000.tar"),
    archive(member("./", "", { type: "5" }), ...pair("./a"), ...besides, ...others),
  );
  const { items } = await openImageFolder(here, "train");
  expect(items.map(({ id }) => id)).toEqual(["train/ants/a.jpg"]);
  const said = /passed over 3 files that are no \.jpg, \.jpeg or \.png and 1 hidden file$/;
  expect(await describePassedOver(here, "train")).toMatch(said);
  expect(await describePassedOver(join(source, "train"))).toBeUndefined();
});

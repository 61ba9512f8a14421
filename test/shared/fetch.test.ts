import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DatasetCard } from "../../src/shared/datasets/index.js";
import { downloadDataset, downloadWeights, verifyDataset } from "../../src/shared/fetch.js";
import { sha256 } from "../../src/shared/files.js";
import { findDatasetFolder, findWeights } from "../../src/shared/roots.js";
import { fault, temporaryFolder } from "../support.js";

/** Serves the files over loopback HTTP and gives the test a cache of its own. */
async function serve(files: Record<string, Uint8Array>) {
  const server = createServer((request, response) => {
    const body = files[request.url!.slice(1)];
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cache = await temporaryFolder();
  process.env.ANTBEE_CACHE = cache;
  onTestFinished(() => {
    delete process.env.ANTBEE_CACHE;
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cache };
}

const FILES = { "train/ants/a.jpg": "an ant", "val/bees/b.jpg": "a bee" };

function tinyCard(url: string): DatasetCard {
  const files = new Map(Object.entries(FILES).map(([id, text]) => [id, sha256(text)]));
  return {
    name: "tiny",
    title: "",
    folder: "tiny_data",
    url,
    licence: "",
    trainSplit: "train",
    testSplit: "val",
    files,
  };
}

const zipOf = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([id, text]) => [`tiny_data/${id}`, strToU8(text)])));

describe("downloadDataset", () => {
  it("unpacks the listed images only, verified, where the lookup then finds them", async () => {
    const { url, cache } = await serve({
      "tiny.zip": zipOf({ ...FILES, "train/ants/extra.gif": "not of the set" }),
    });
    const card = tinyCard(`${url}/tiny.zip`);
    const folder = await downloadDataset(card);
    expect(folder).toBe(join(cache, "data", "tiny_data"));
    expect(findDatasetFolder("tiny_data")).toBe(folder);
    expect(await readFile(join(folder, "val/bees/b.jpg"), "utf8")).toBe("a bee");
    expect(existsSync(join(folder, "train/ants/extra.gif"))).toBe(false);
    expect(await verifyDataset(card, folder)).toEqual({ missing: [], differing: [] });
  });

  it.each([
    [
      "an image with other content",
      { ...FILES, "val/bees/b.jpg": "a wasp" },
      /val\/bees\/b\.jpg has another sha256/,
    ],
    ["a missing image", { "train/ants/a.jpg": "an ant" }, /val\/bees\/b\.jpg is missing/],
  ])("refuses %s and leaves nothing behind", async (_what, files, message) => {
    const { url, cache } = await serve({ "tiny.zip": zipOf(files) });
    await expect(downloadDataset(tinyCard(`${url}/tiny.zip`))).rejects.toThrow(message);
    expect(await readdir(join(cache, "data"))).toEqual([]);
  });

  it("names a damaged archive, a missing one and a host that does not answer", async () => {
    const { url } = await serve({ "tiny.zip": zipOf(FILES).subarray(0, 60) });
    await expect(downloadDataset(tinyCard(`${url}/tiny.zip`))).rejects.toThrow(
      /tiny\.zip: the archive is damaged/,
    );
    await expect(downloadDataset(tinyCard(`${url}/none.zip`))).rejects.toThrow(/the server answered 404/);
    const nobody = tinyCard("http://127.0.0.1:9/tiny.zip");
    await expect(downloadDataset(nobody)).rejects.toMatchObject(
      fault(
        1,
        /cannot be reached from here; fetch it elsewhere and unpack tiny\.zip into data\/ of a data root, /,
      ),
    );
  });
});

describe("downloadWeights", () => {
  it("keeps a file whose sha256 begins as published, and no other", async () => {
    const content = strToU8("weights");
    const { url } = await serve({ "net-0000.pth": content });
    await expect(downloadWeights(`${url}/net-0000.pth`, "00000000")).rejects.toThrow(
      /expected sha256 00000000, found/,
    );
    expect(findWeights("net-0000")).toBeUndefined();
    const path = await downloadWeights(`${url}/net-0000.pth`, sha256(content).slice(0, 8));
    expect(findWeights("net-0000")).toBe(path);
  });
});

/** Downloads that are verified before they get their final name. */
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { unzipSync } from "fflate";
import { type DatasetCard, whereToUnpack } from "./datasets/index.js";
import { AntbeeError, failed } from "./errors.js";
import { sha256, sha256File, writeAtomic } from "./files.js";
import { makeFolder } from "./folders.js";
import { userCache } from "./roots.js";
import type { OnProgress } from "./types.js";

/** A host that does not answer within this time is taken for unreachable. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Fetches `url` into memory, with progress in bytes. Only https; the sender is checked by the caller's hash. */
export async function download(url: string, onProgress?: OnProgress): Promise<Uint8Array> {
  const response = await connect(url);
  if (!response.ok || !response.body)
    throw failed(url, `the server answered ${response.status} ${response.statusText}`);
  const total = Number(response.headers.get("content-length")) || 0;
  const chunks: Uint8Array[] = [];
  let done = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    done += chunk.length;
    onProgress?.(done, Math.max(done, total));
  }
  return Buffer.concat(chunks);
}

async function connect(url: string): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), CONNECT_TIMEOUT_MS);
  try {
    return await fetch(url, { signal: abort.signal });
  } catch (error) {
    throw failed(url, "cannot be reached from here", error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads a weight file whose sha256, or the prefix that its publisher puts into its name, is known.
 * @returns the path below the user's cache
 */
export async function downloadWeights(
  url: string,
  expected: string,
  onProgress?: OnProgress,
): Promise<string> {
  const path = join(userCache(), "weights", new URL(url).pathname.split("/").at(-1)!);
  if (existsSync(path) && (await sha256File(path)).startsWith(expected)) return path;
  const bytes = await download(url, onProgress);
  const found = sha256(bytes);
  if (!found.startsWith(expected)) throw failed(url, `expected sha256 ${expected}, found ${found}`);
  await writeAtomic(path, bytes);
  return path;
}

/**
 * Downloads a dataset's zip, verifies every image against the card's list and only then gives the folder its name.
 * @returns the dataset's folder below the user's cache
 */
export async function downloadDataset(card: DatasetCard, onProgress?: OnProgress): Promise<string> {
  const bytes = await download(card.url, onProgress).catch((error) => {
    const advice = `fetch it elsewhere and ${whereToUnpack(card)}`;
    throw new AntbeeError(`${(error as Error).message}; ${advice}`, 1, { cause: error });
  });
  const target = join(userCache(), "data", card.folder);
  await makeFolder(dirname(target));
  const temporary = await mkdtemp(`${target}.`);
  try {
    await unpack(bytes, card, temporary);
    await rename(join(temporary, card.folder), target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

async function unpack(zip: Uint8Array, card: DatasetCard, into: string): Promise<void> {
  const entries = readZip(zip, card.url);
  for (const [id, expected] of card.files) {
    const content = entries[`${card.folder}/${id}`];
    if (!content || sha256(content) !== expected)
      throw failed(card.url, `${id} ${content ? "has another sha256 than the published set" : "is missing"}`);
    await writeAtomic(join(into, card.folder, ...id.split("/")), content);
  }
}

function readZip(zip: Uint8Array, url: string) {
  try {
    return unzipSync(zip);
  } catch (error) {
    throw failed(url, "the archive is damaged", error);
  }
}

/** Compares a dataset's folder with the card: the ids of images that are missing or differ. */
export async function verifyDataset(card: DatasetCard, folder: string, onProgress?: OnProgress) {
  const missing: string[] = [];
  const differing: string[] = [];
  let done = 0;
  for (const [id, expected] of card.files) {
    const path = join(folder, id.replaceAll("/", sep));
    if (!existsSync(path)) missing.push(id);
    else if ((await sha256File(path)) !== expected) differing.push(id);
    onProgress?.(++done, card.files.size);
  }
  return { missing, differing };
}

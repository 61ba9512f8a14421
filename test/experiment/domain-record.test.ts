/** Where a run finds the images that it was asked about. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readDomain } from "../../src/experiment/predict/domain-record.js";
import { writeJson } from "../../src/shared/files.js";
import { temporaryFolder } from "../support.js";

it("finds renders that were moved together with their runs", async () => {
  const out = await temporaryFolder();
  const folder = join(out, "demo", "source-only", "seed-0");
  const triple = [0.5, 0.5, 0.5];
  const preprocessing = { size: 8, resize: 8, mean: triple, std: triple };
  const root = "/gone/runs/renders/plain-1/seed-0/images";
  await writeJson(join(folder, "domains", "source.json"), { root, preprocessing, images: [] });
  expect((await readDomain(folder, "source"))!.root).toBe(join(out, "renders/plain-1/seed-0/images"));
  const here = join(await temporaryFolder(), "renders", "own");
  await mkdir(here, { recursive: true });
  await writeJson(join(folder, "domains", "source.json"), { root: here, preprocessing, images: [] });
  expect((await readDomain(folder, "source"))!.root).toBe(here);
});

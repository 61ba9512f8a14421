/** An experiment whose source, and one whose target, are a WebDataset's archives: the same as with class folders. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { timelessReport } from "../engines/reports.js";
import { hashes, tinyScene } from "../sim/tiny.js";
import { antbee, temporaryFolder } from "../support.js";

const experiment = (source: string, target: string) => `name: e
source: {dataset: ${source}}
target: {dir: ${target}}
backbone: {name: objectron_mobilenet_v2}
views: 1
seeds: [0]
arms:
  source-only: {track: source-only, phases: [{on: source, train: head, lr: 1e-3, epochs: 2}]}
  full: {from: source-only, track: full, phases: [{on: target, train: head, lr: 1e-3, epochs: 1}]}
`;

it("trains, predicts and reports alike", async () => {
  const folder = await temporaryFolder();
  const run = async (format: "imagefolder" | "webdataset") => {
    const place = join(folder, format);
    for (const [seed, name] of ["source", "target"].entries())
      await renderDataset({
        scene: tinyScene(),
        out: join(place, name),
        count: 24,
        seed,
        format,
        workers: 2,
      });
    const target = join(place, "target", ...(format === "imagefolder" ? ["images"] : []));
    await writeFile(join(place, "e.yaml"), experiment(join(place, "source"), target));
    const args = [
      "run",
      join(place, "e.yaml"),
      "--out",
      join(place, "runs"),
      "--report",
      join(place, "report"),
    ];
    const { code, stderr } = await antbee(args, { env: { ANTBEE_CACHE: join(place, "cache") } });
    expect(code, stderr).toBe(0);
    const arm = join(place, "runs", "e", "full", "seed-0");
    const predictions = await hashes(arm, /predictions\/.*\.csv$/);
    expect(Object.keys(predictions).length).toBeGreaterThan(0);
    return {
      report: await timelessReport(join(place, "report")),
      predictions,
      weights: await readFile(join(arm, "checkpoint.safetensors")),
    };
  };
  const [folders, archives] = [await run("imagefolder"), await run("webdataset")];
  expect(archives.predictions).toEqual(folders.predictions);
  expect(archives.weights.equals(folders.weights)).toBe(true);
  expect(placeless(archives.report)).toEqual(placeless(folders.report));
});

/** Without the paths of the two folders, and the hash of the configuration that names them. */
function placeless(report: unknown) {
  const { inputs, ledger, source, ...rest } = report as { inputs: object[]; ledger: unknown; source: object };
  const pathless = (value: object) => ({ ...value, name: undefined, path: undefined, scene: undefined });
  return { ...rest, inputs: inputs.map(pathless), source: pathless(source) };
}

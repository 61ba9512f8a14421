/**
 * How far one machine goes: images a second with so many workers and shards, and what merging many records takes.
 * `npm run bench:scale [-- --images N --records N,N]`; figures are kept in docs/scale.md.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderDataset } from "../../sim/dataset/render-dataset.js";
import { loadScene } from "../../sim/scene/scene.js";

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "96" },
    records: { type: "string", default: "10000,1000000" },
    only: { type: "string" },
  },
});
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const SCENE = "scenes/standard.yaml";
const PASSES = ["masks", "boxes", "keypoints"] as const;
const FILES = 4;

const folder = await mkdtemp(join(tmpdir(), "antbee-scale-"));
try {
  if (values.only !== "merge") await rendering(Number(values.images));
  if (values.only !== "render") for (const count of values.records.split(",")) await merging(Number(count));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Processes beside one another, as an engine would start them on a machine of its own each. */
async function rendering(images: number): Promise<void> {
  let reference: number | undefined;
  for (const format of ["imagefolder", "webdataset"])
    for (const workers of [1, 2])
      for (const shards of format === "webdataset" ? [1] : [1, 2, 4]) {
        const out = join(folder, `${format}-${workers}-${shards}`);
        const args = ["render", SCENE, "--count", `${images}`, "--format", format, "--workers", `${workers}`];
        const began = performance.now();
        const all = Array.from({ length: shards }, (_, i) =>
          shards === 1 ? [] : ["--shard", `${i + 1}/${shards}`],
        );
        await Promise.all(all.map((shard) => command([...args, "--out", out, ...shard])));
        const rate = images / ((performance.now() - began) / 1000);
        reference ??= rate;
        console.log(
          `${format}, ${workers} workers x ${shards} shards: ${rate.toFixed(1)} images a second (${(rate / reference).toFixed(2)}x)`,
        );
      }
}

async function command(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), MAIN, ...args], {
    stdio: "ignore",
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`antbee ${args.join(" ")} ended with ${code}`);
}

async function writeRecords(place: string, line: string, count: number): Promise<void> {
  await mkdir(place, { recursive: true });
  for (let k = 0; k < FILES; k++) {
    const file = await open(join(place, `${k + 1}-of-${FILES}.jsonl`), "w");
    const stream = file.createWriteStream({ highWaterMark: 1 << 20 });
    for (let index = k; index < count; index += FILES) {
      const split = index % 6 === 5 ? "val" : "train";
      const record = line
        .replace(/"index":\d+/, `"index":${index}`)
        .replace(/"split":"\w+"/, `"split":"${split}"`);
      if (!stream.write(`${record}\n`)) await once(stream, "drain");
    }
    stream.end();
    await once(stream, "close");
  }
}

/** One real record under other indices, in four shards' files: no pixels. */
async function merging(count: number): Promise<void> {
  const dir = join(folder, `records-${count}`);
  await renderDataset({ scene: await loadScene(SCENE), out: dir, count: 1, workers: 1, passes: PASSES });
  const [line] = (await readFile(join(dir, "records", "1-of-1.jsonl"), "utf8")).split("\n");
  await rm(join(dir, "records"), { recursive: true });
  await writeRecords(join(dir, "records"), line!, count);
  const script = fileURLToPath(new URL("./scale-merge.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script, dir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await once(child, "close");
  const { seconds, peak } = JSON.parse(said) as { seconds: number; peak: number };
  const bytes = (await stat(join(dir, "annotations", "instances_train.json"))).size;
  console.log(
    `merging ${count} records of ${line!.length} bytes: ${seconds.toFixed(1)} s, ${peak.toFixed(0)} MiB at most, ${(bytes / 2 ** 30).toFixed(2)} GiB of annotations`,
  );
  await rm(dir, { recursive: true });
}

/** Small noise images in files, and a network of one's own that looks at them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { type Backbone, loadBackbone } from "../../adapt/backbones/load.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { writeSafetensors } from "../../adapt/weights/safetensors.js";
import { temporaryFolder } from "../support.js";
import { formulaWeights, noise } from "./formula.js";
import { CLASSES } from "./made-up.js";
import { ownNetwork } from "./own-network.js";

/** Noise images with each its own pixels, half ants, half bees; bees are lighter. */
export async function noiseFiles(count: number) {
  const folder = await temporaryFolder();
  const items = Array.from({ length: count }, (_, i) => {
    const id = `${i}.png`;
    return { id, path: join(folder, id), split: "all", label: CLASSES[i % 2]! };
  });
  for (const { id, path, label } of items) {
    const around = label === "ants" ? 90 : 160;
    const data = Buffer.from(noise(id, 40 * 30 * 3).map((v) => around + 90 * v));
    await sharp(data, { raw: { width: 40, height: 30, channels: 3 } })
      .png()
      .toFile(path);
  }
  return { items, folder };
}

/** The files below a folder; none where there is no folder. */
export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name));
  } catch {
    return [];
  }
}

/** `ownNetwork` with formula weights that lie in a file. @param definition the same network under another definition */
export async function ownBackbone(definition = ownNetwork): Promise<Backbone> {
  const path = join(await temporaryFolder(), "own-network.safetensors");
  await writeSafetensors(path, formulaWeights(parametersOf(definition.network(0), { to: "head" })));
  return loadBackbone(definition, { path });
}

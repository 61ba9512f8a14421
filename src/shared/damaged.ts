/** Images that can be read, told from those that cannot. */
import { AntbeeError } from "./errors.js";
import { type DecodedImage, decodeImage } from "./image.js";
import type { OnProgress, UnlabeledItem } from "./types.js";

/** An image that was left out, and why in a clause. */
export interface LeftOut {
  id: string;
  why: string;
}

/** Decodes every image once. What is no whole JPEG or PNG is damaged; a disk that fails is not the image's fault. */
export async function tellDamaged<Item extends UnlabeledItem>(
  items: readonly Item[],
  onProgress?: OnProgress,
): Promise<{ whole: Item[]; damaged: LeftOut[] }> {
  const whole: Item[] = [];
  const damaged: LeftOut[] = [];
  for (const [i, item] of items.entries()) {
    const found = await decodeOrWhy(item.path);
    if (typeof found === "string") damaged.push({ id: item.id, why: found });
    else whole.push(item);
    onProgress?.(i + 1, items.length);
  }
  return { whole, damaged };
}

/** The image, or why it is none in a clause. */
export async function decodeOrWhy(path: string): Promise<DecodedImage | string> {
  try {
    return await decodeImage(path);
  } catch (error) {
    if (!(error instanceof AntbeeError) || error.exitCode !== 2) throw error;
    return error.message.replace(`${path}: `, "");
  }
}

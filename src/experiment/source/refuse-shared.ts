/** Source and target are two domains: an image that is in both makes the gap between them a figure of nothing. */
import { invalid, note } from "../../shared/errors.js";
import { sha256File } from "../../shared/files.js";
import type { UnlabeledItem } from "../../shared/types.js";

/** @throws bad input that names the first image of the source that is, byte for byte, one of the target's */
export async function refuseShared(
  source: readonly UnlabeledItem[],
  target: readonly UnlabeledItem[],
): Promise<void> {
  if (source.length === 0) return;
  const known = new Map<string, string>();
  for (const { path } of target) known.set(await sha256File(path), path);
  for (const { path } of source) {
    const twin = known.get(await sha256File(path));
    if (twin) throw invalid(path, "a source of other images than the target's", note(`the same as ${twin}`));
  }
}

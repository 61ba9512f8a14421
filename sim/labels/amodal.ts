/** Amodal counts: how much of a subject there is, hidden and out of the picture, beside how much is seen. */
import type { Silhouette } from "../renderer/label-renderer.js";
import type { Bbox } from "./mask-labels.js";

/** After the BOP benchmark's ground-truth annotations (Hodaň et al. 2018). */
export interface AmodalLabel {
  /** Of the whole subject, [left, top, width, height], as if nothing hid it and the picture were larger. */
  bbox_obj: Bbox;
  /** Pixels of the whole subject on the larger canvas. */
  px_count_all: number;
  /** Pixels that are seen in the picture. */
  px_count_visib: number;
  /** px_count_visib / px_count_all. */
  visib_fract: number;
  /** Share of px_count_all that falls into the picture, hidden or not. */
  in_frame_fract: number;
}

/**
 * @param mask instance numbers of the picture as it was drawn; what is seen belongs to the subject in any case
 * @param visible pixels that are left of it in the finished picture
 */
export function amodalLabel(
  silhouette: Silhouette,
  mask: { ids: Uint8Array; width: number; height: number },
  instance: number,
  visible: number,
): AmodalLabel {
  const { left, top, width, height, covered } = silhouette;
  const edges = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  let [all, inFrame] = [0, 0];
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      const [x, y] = [left + i, top + j];
      const inside = x >= 0 && y >= 0 && x < mask.width && y < mask.height;
      const seen = inside && mask.ids[y * mask.width + x] === instance;
      if (!covered[j * width + i] && !seen) continue;
      all++;
      if (inside) inFrame++;
      edges.left = Math.min(edges.left, x);
      edges.right = Math.max(edges.right, x);
      edges.top = Math.min(edges.top, y);
      edges.bottom = Math.max(edges.bottom, y);
    }
  return {
    bbox_obj: [edges.left, edges.top, edges.right - edges.left + 1, edges.bottom - edges.top + 1],
    px_count_all: all,
    px_count_visib: visible,
    visib_fract: share(visible, all),
    in_frame_fract: share(inFrame, all),
  };
}

const share = (part: number, whole: number): number => Math.round((1e6 * part) / whole) / 1e6;

/** Labels drawn over a picture, as SVG and as a tint. */

import type { InstanceLabel } from "../labels/instance-label.js";
import type { ClassCard } from "./class-card.js";

/** One colour an instance, in turn. */
export const COLOURS = ["#ff5a3c", "#ffd21e", "#35c4ff", "#6be36b", "#ff7ad9", "#c9a5ff"] as const;

export const colourOf = (instance: number): string => COLOURS[(instance - 1) % COLOURS.length]!;

/** From picture to sheet: x' = left + scale x. */
export interface Placement {
  left: number;
  top: number;
  scale: number;
}

/** A box, and where there are any, keypoints with their bones: seen ones filled, hidden ones hollow. */
export function instanceSvg(one: InstanceLabel, card: ClassCard, place: Placement): string {
  const [x, y, w, h] = one.bbox;
  const [left, top] = [place.left + x * place.scale, place.top + y * place.scale];
  const size = `width="${w * place.scale}" height="${h * place.scale}"`;
  const box = `<rect x="${left}" y="${top}" ${size} fill="none" stroke="${colourOf(one.instance)}" stroke-width="1.2"/>`;
  return one.keypoints ? box + skeletonSvg(one.instance, one.keypoints, card, place) : box;
}

function skeletonSvg(
  instance: number,
  keypoints: readonly number[],
  { keypoints: names, skeleton }: ClassCard,
  place: Placement,
): string {
  const at = (k: number) => ({
    x: place.left + place.scale * keypoints[3 * k]!,
    y: place.top + place.scale * keypoints[3 * k + 1]!,
    v: keypoints[3 * k + 2]!,
  });
  const bones = skeleton.map(([from, to]) => {
    const [a, b] = [at(names.indexOf(from)), at(names.indexOf(to))];
    if (a.v === 0 || b.v === 0) return "";
    return `<line x1="${a.x}" y1="${a.y}" x2="${b.x}" y2="${b.y}" stroke="white" stroke-opacity=".55" stroke-width=".7"/>`;
  });
  const dots = names.map((_, k) => {
    const { x, y, v } = at(k);
    if (v === 0) return "";
    const fill = v === 2 ? colourOf(instance) : "none";
    return `<circle cx="${x}" cy="${y}" r="1.8" fill="${fill}" stroke="black" stroke-width=".6"/>`;
  });
  return [...bones, ...dots].join("");
}

const OPACITY = 110;

/** RGBA of a mask: each instance in its colour, half transparent. */
export function tint(ids: Uint8Array): Uint8Array {
  const rgba = new Uint8Array(4 * ids.length);
  ids.forEach((id, i) => {
    if (!id) return;
    const code = Number.parseInt(colourOf(id).slice(1), 16);
    rgba.set([code >> 16, (code >> 8) & 255, code & 255, OPACITY], 4 * i);
  });
  return rgba;
}

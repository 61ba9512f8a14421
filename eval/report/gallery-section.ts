/** Errors, most uncertain and correct images, renders beside the target's. */
import { numberCell } from "../charts/figure.js";
import { percent } from "../comparison/format.js";
import { isPictured, pictureKey } from "../comparison/gallery.js";
import type { GalleryItem } from "../comparison/schema.js";
import type { Picture, PictureRow, TextSection } from "./section.js";

const KINDS: Record<GalleryItem["kind"], string> = {
  wrong: "errors, the most confident first",
  uncertain: "most uncertain",
  right: "correct, the most confident first",
};
const DOMAINS: Record<GalleryItem["domain"], string> = {
  source: "held-out renders",
  target: "target images",
};

export function gallerySection(gallery: GalleryItem[]): TextSection {
  return {
    id: "gallery",
    title: "Images worth a look",
    caption:
      "By the source-only arm and the last arm that adapted it, at their first seed. Over each image: Grad-CAM of the predicted class, bright where the last feature map speaks for it, on the part of the image that the network sees. Images of the target are shown only where the report was written with them (compare --with-images); the table names them.",
    pictures: pictureRows(gallery),
    table: {
      caption: "Errors, most uncertain and correct images",
      columns: ["arm", "seed", "images", "kind", "image", "class", "predicted as", "confidence"],
      rows: gallery.map((item) => [
        item.arm,
        numberCell(item.seed, String),
        DOMAINS[item.domain],
        KINDS[item.kind],
        item.id,
        item.label,
        item.taken,
        numberCell(item.confidence, percent),
      ]),
    },
  };
}

/** A row an arm and kind, renders first, then the target's; those that are right are left to the table. */
function pictureRows(gallery: readonly GalleryItem[]): PictureRow[] {
  const rows = new Map<string, PictureRow>();
  for (const item of gallery.filter(isPictured)) {
    const title = `${item.arm}: ${KINDS[item.kind]}`;
    const row = rows.get(title) ?? { title, groups: [] };
    rows.set(title, row);
    const name = DOMAINS[item.domain];
    const group = row.groups.find((one) => one.name === name);
    if (group) group.pictures.push(picture(item));
    else row.groups.push({ name, pictures: [picture(item)] });
  }
  return [...rows.values()];
}

function picture({ arm, seed, domain, dataset, id, label, taken, confidence }: GalleryItem): Picture {
  const kind = domain === "source" ? "render" : "target";
  const caption = `${kind}: ${label}, predicted as ${taken} (${percent(confidence)})`;
  return { key: pictureKey({ arm, seed, dataset, id }), id, caption };
}

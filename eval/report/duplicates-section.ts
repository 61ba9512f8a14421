/** What the check for duplicates found. */

import { type Cell, numberCell } from "../charts/figure.js";
import type { DuplicateReport } from "../images/duplicate-report.js";
import type { TextSection } from "./section.js";

export function duplicatesSection({ dataset, images, method, exact, near }: DuplicateReport): TextSection {
  const count = `${exact.length} groups of equal files and ${near.length} near pairs among ${images} images of ${dataset}`;
  return {
    id: "duplicates",
    title: "Duplicates in the target set",
    caption: `${count}. ${method}`,
    table: {
      caption: "Equal and nearly equal images",
      columns: ["kind", "where", "image", "image", "bits apart", "correlation", "cosine"],
      rows: [
        ...exact.map(({ place, ids }): Cell[] => [
          "equal bytes",
          place,
          ids[0]!,
          ids.slice(1).join(", "),
          ...[0, 1, 1].map((x) => numberCell(x, String)),
        ]),
        ...near.map(({ place, a, b, distance, correlation, cosine, mirrored }): Cell[] => [
          mirrored ? "near, mirrored" : "near",
          place,
          a,
          b,
          numberCell(distance, String),
          numberCell(correlation, (x) => x.toFixed(2)),
          numberCell(cosine, (x) => x.toFixed(2)),
        ]),
      ],
    },
  };
}

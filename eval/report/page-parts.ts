/** What the page is put together from: tables, charts with their tables, rows of pictures. */
import type { Cell, Figure, Table } from "../charts/figure.js";
import { type Html, html, trusted } from "./html.js";
import { dataUrl } from "./samples.js";
import type { Picture, PictureRow, TextSection } from "./section.js";

/** Widths at which every chart is drawn: for a desk and for a phone. */
export const CHART_WIDTHS = { wide: 960, narrow: 320 } as const;

/** JPEG files by `pictureKey`. */
export type PictureFiles = ReadonlyMap<string, Uint8Array>;

/** Longer tables are folded away where they stand without a chart. */
const LONG_TABLE = 12;

export function tablePart({ caption, columns, rows }: Table): Html {
  return scrolling(
    caption,
    html`<table class="${rows.length > 1 ? "sortable" : ""}">
<caption>${caption}</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, i) => cellPart(cell, i === 0))}</tr>\n`)}</tbody>
</table>`,
  );
}

/** A table that scrolls by itself, so that a narrow page never does. */
export function scrolling(caption: string, table: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Table: ${caption}">
${table}
</div>
`;
}

function cellPart(cell: Cell, head: boolean): Html {
  if (typeof cell === "string") return head ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`;
  if ("code" in cell) return html`<td class="hash">${cell.code}</td>`;
  return html`<td class="number" data-value="${cell.value}">${cell.text}</td>`;
}

export function figurePart(figure: Figure, widths: { wide: number; narrow: number } = CHART_WIDTHS): Html {
  return html`<figure id="${figure.id}">
<div class="wide">${trusted(figure.draw(widths.wide))}</div>
<div class="narrow">${trusted(figure.draw(widths.narrow))}</div>
<figcaption>${figure.caption}</figcaption>
</figure>
`;
}

/** A chart, and its table folded away below it. */
export function figureWithTable(figure: Figure): Html {
  return html`${figurePart(figure)}${foldedTable(figure.table)}`;
}

export function textPart({ caption, pictures, table }: TextSection, files: PictureFiles): Html {
  return html`${caption !== "" && html`<p class="note">${caption}</p>`}
${shownRows(pictures ?? [], files).map((row) => picturesPart(row, files))}
${table.rows.length > LONG_TABLE ? foldedTable(table) : table.rows.length > 0 && tablePart(table)}`;
}

function foldedTable(table: Table): Html {
  return html`<details><summary>Table: ${table.caption}</summary>
${tablePart(table)}</details>
`;
}

/** Rows of which no picture is at hand are left to the table. */
function shownRows(rows: readonly PictureRow[], files: PictureFiles): PictureRow[] {
  return rows.filter((row) => row.groups.some(({ pictures }) => pictures.some(({ key }) => files.has(key))));
}

function picturesPart({ title, groups }: PictureRow, files: PictureFiles): Html {
  return html`<h4>${title}</h4>
${groups.map(
  ({ name, pictures }) =>
    html`<ul class="pictures" aria-label="${title}, ${name}">${pictures.map((picture) => picturePart(picture, files))}</ul>\n`,
)}`;
}

function picturePart({ key, id, caption }: Picture, files: PictureFiles): Html {
  const file = files.get(key);
  const shown = file
    ? html`<img src="${dataUrl(file)}" alt="${caption}: Grad-CAM over ${id}">`
    : html`<span class="absent">${id}</span>`;
  return html`<li>${shown}<span class="caption">${caption}</span></li>`;
}

/** The page's first table: every arm below its track. */
import type { Interval } from "../../src/shared/types.js";
import { duration, NONE, percentInterval, pointsInterval } from "../comparison/format.js";
import type { Arm } from "../comparison/schema.js";
import { type Html, html } from "./html.js";
import { scrolling } from "./page-parts.js";
import { armsByTrack, sourceCells, TRACK_BUDGETS } from "./table.js";

/** The heads of what `armCells` gives. */
const COLUMNS = ["target", "gap", "gap closed", "renders, before", "renders, after", "ECE", "seeds", "time"];

/** @param arms the rows, in the order of the experiment */
export function armsTable(
  arms: readonly Arm[],
  cautions: readonly string[],
  caption = "Arms by track",
): Html {
  const heads = COLUMNS.map((name) => html`<th scope="col" class="number">${name}</th>`);
  return scrolling(
    caption,
    html`<table>
<caption>${caption}</caption>
<thead><tr>
<th scope="col">arm</th>${heads}
</tr></thead>
${armsByTrack(arms).map((group) => trackRows(group, cautions))}
</table>`,
  );
}

function trackRows(
  { track, arms }: ReturnType<typeof armsByTrack>[number],
  caveats: readonly string[],
): Html {
  return html`<tbody>
<tr class="group"><th colspan="${COLUMNS.length + 1}" scope="rowgroup"><b>${track}</b>: ${TRACK_BUDGETS[track]}</th></tr>
${arms.map((arm) => armRow(arm, caveats))}</tbody>`;
}

function armRow(arm: Arm, caveats: readonly string[]): Html {
  const notes = arm.cautions.map((text) => caveats.indexOf(text) + 1);
  const links = notes.map((n) => html` <sup><a href="#caveat-${n}" aria-label="caveat ${n}">${n}</a></sup>`);
  return html`<tr>
<th scope="row">${arm.name}${links}</th>
${armCells(arm)}
</tr>
`;
}

function armCells(arm: Arm): Html[] {
  return [
    intervalPart(arm.target.accuracy, percentInterval),
    intervalPart(arm.gap, pointsInterval),
    intervalPart(arm.gapClosed, percentInterval),
    ...[...sourceCells(arm), arm.target.ece.toFixed(3), String(arm.seeds.length), duration(arm.seconds)].map(
      (text) => html`<td class="number">${text}</td>`,
    ),
  ];
}

/** A figure, and below it its interval and how that was found. */
function intervalPart(value: Interval | null, format: (value: Interval) => string): Html {
  if (!value) return html`<td class="number">${NONE}</td>`;
  const [text, interval] = format(value).split(/ (?=\[)/);
  return html`<td class="number">${text} <span class="interval">${interval} <span class="method">${value.method}</span></span></td>`;
}

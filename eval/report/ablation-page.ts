/** An ablation as one page: no network, no framework, every text escaped. */
import { smallestSentence } from "../ablation/headline.js";
import type { Ablation } from "../ablation/schema.js";
import { ablationFigures } from "../charts/ablation.js";
import { type Html, html } from "./html.js";
import { pageFrame } from "./page-frame.js";
import { figurePart, figureWithTable, tablePart } from "./page-parts.js";
import { environmentTable, inputsTable } from "./page-tables.js";

/**
 * The page of an ablation.
 * @param sheet a JPEG of every scene beside the whole one
 */
export function renderAblationHtml(ablation: Ablation, sheet?: Uint8Array): string {
  const [differences, ...others] = ablationFigures(ablation);
  const main = html`<section aria-labelledby="differences"><h2 id="differences">${differences.title}</h2>
${tablePart(differences.table)}
<p class="note">${smallestSentence(ablation)}</p>
${figurePart(differences)}</section>
${others.map(
  (
    figure,
  ) => html`<section aria-labelledby="${figure.id}-title"><h2 id="${figure.id}-title">${figure.title}</h2>
${figureWithTable(figure)}</section>
`,
)}
${sheet && sheetSection(sheet)}
${endSections(ablation)}`;
  return pageFrame({
    title: `ablation of ${ablation.experiment}`,
    figures: "differences",
    header: header(ablation),
    main,
  });
}

function header(ablation: Ablation): Html {
  const facts = factsOf(ablation).map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`);
  return html`<header>
<h1>What the scene's factors are worth: ${ablation.experiment}</h1>
${ablation.target.kind === "stand-in" && html`<p class="banner">Stand-in target, not real photographs</p>`}
${ablation.seeds.length === 1 && html`<p class="banner">Preview: one seed, no result</p>`}
<div class="headline"><p>${ablation.headline}</p></div>
<dl class="facts">${facts}</dl>
<p class="note"><a href="#caveats">${ablation.cautions.length} caveats</a> apply to these figures.</p>
</header>`;
}

function factsOf({
  target,
  source,
  full,
  backbone,
  arm,
  seeds,
  backend,
}: Ablation): [name: string, text: string][] {
  return [
    ["Target", `${target.dataset} ${target.split}, ${target.n} images; no test image is seen`],
    ["Source", `${source.scene}: ${full.count} renders, ${source.held} held out`],
    ["Backbone", `${backbone.name}, ${backbone.weights}`],
    ["Arm", arm],
    ["Seeds", `${seeds.length}, on ${backend}`],
  ];
}

/** How to read the sheet. */
export const SHEET_CAPTION =
  "For each factor, four pictures of the whole scene and to the right of each the same without the factor: those that it changes most, of the first seed's first 48.";

function sheetSection(sheet: Uint8Array): Html {
  const data = Buffer.from(sheet).toString("base64");
  return html`<section aria-labelledby="scenes"><h2 id="scenes">What each scene looks like</h2>
<figure><img class="sheet" src="data:image/jpeg;base64,${data}" alt="${SHEET_CAPTION}">
<figcaption>${SHEET_CAPTION}</figcaption></figure></section>
`;
}

function endSections(ablation: Ablation): Html {
  const { command } = ablation.environment;
  return html`<section aria-labelledby="caveats"><h2 id="caveats">Caveats</h2>
<ol>${ablation.cautions.map((text) => html`<li>${text}</li>`)}</ol>
</section>
<section aria-labelledby="reproduce"><h2 id="reproduce">To reproduce</h2>
${typeof command === "string" && html`<pre><code>${command}</code></pre>`}
${tablePart(inputsTable(ablation))}${tablePart(environmentTable(ablation))}</section>`;
}

/** The report as one page: no network, no framework, every text escaped. */
import type { Figure } from "../charts/figure.js";
import { headlineClauses } from "../comparison/headline.js";
import type { Comparison } from "../comparison/schema.js";
import { armsTable } from "./arms-table.js";
import { type Html, html } from "./html.js";
import { mcnemarSection } from "./mcnemar-section.js";
import { pageFrame } from "./page-frame.js";
import { figurePart, figureWithTable, type PictureFiles, tablePart, textPart } from "./page-parts.js";
import { environmentTable, inputsTable, ledgerTable, perClassTable, usesTable } from "./page-tables.js";
import type { Section } from "./section.js";
import { reportSections } from "./sections.js";

/** The page of a comparison. The same comparison and pictures always give the same bytes. */
export function renderHtml(comparison: Comparison, pictures: PictureFiles = new Map()): string {
  const [arms, ...sections] = reportSections(comparison);
  const main = html`${armsSection(comparison, arms)}
${sections.map((section) => sectionPart(section, pictures))}
${endSections(comparison)}
${comparison.pairs.length > 0 && sectionPart(mcnemarSection(comparison.pairs), pictures)}`;
  const { experiment } = comparison;
  return pageFrame({ title: experiment, figures: "arms-by-track", header: header(comparison), main });
}

function header(comparison: Comparison): Html {
  const [gap, ...changes] = headlineClauses(comparison);
  const more = changes.map((clause) => html`<li>${clause}</li>`);
  const facts = factsOf(comparison).map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`);
  return html`<header>
<h1>Sim-to-real gap: ${comparison.experiment}</h1>
${bannersOf(comparison).map((text) => html`<p class="banner">${text}</p>`)}
<div class="headline"><p>${gap}.</p>
${more.length > 0 && html`<ul>${more}</ul>`}</div>
<dl class="facts">${facts}</dl>
<p class="note"><a href="#caveats">${comparison.cautions.length} caveats</a> apply to these figures.</p>
</header>`;
}

function bannersOf({ preview, target }: Comparison): string[] {
  return [
    ...(target.kind === "stand-in" ? ["Stand-in target, not real photographs"] : []),
    ...(preview ? ["Preview: one seed, short training, no result"] : []),
  ];
}

const TARGET_KINDS = { real: "real photographs", "stand-in": "simulated stand-in, not real" } as const;

function factsOf({ target, source, backbone, backend, arms }: Comparison): [name: string, text: string][] {
  const seeds = Math.max(...arms.map((arm) => arm.seeds.length));
  return [
    ["Target", `${TARGET_KINDS[target.kind]}: ${target.dataset} ${target.split}, ${target.n} images`],
    ["Source", `${source.scene}: ${source.n} renders`],
    ["Backbone", `${backbone.name}, ${backbone.weights}`],
    ["Seeds", `${seeds}, on ${backend}`],
  ];
}

function armsSection(comparison: Comparison, chart: Figure): Html {
  return html`<section aria-labelledby="arms-by-track"><h2 id="arms-by-track">Arms by track</h2>
<p class="note">Accuracies with 95% intervals and how they were found; gap: renders minus target, in percentage points; small numbers lead to caveats. Tracks are not ranked against one another.</p>
${armsTable(comparison)}${figurePart(chart)}
<h3>What each arm used</h3>
${tablePart(usesTable(comparison))}
<h3>Per class</h3>
${tablePart(perClassTable(comparison))}</section>`;
}

function sectionPart(section: Section, pictures: PictureFiles): Html {
  return html`
<section aria-labelledby="${section.id}-title"><h2 id="${section.id}-title">${section.title}</h2>
${"draw" in section ? figureWithTable(section) : textPart(section, pictures)}
</section>
`;
}

function endSections(comparison: Comparison): Html {
  const { command } = comparison.environment;
  const caveats = comparison.cautions.map((text, i) => html`<li id="caveat-${i + 1}">${text}</li>`);
  return html`<section aria-labelledby="caveats"><h2 id="caveats">Caveats</h2>
<ol>${caveats}</ol>
</section>
<section aria-labelledby="sealed-test"><h2 id="sealed-test">Openings of the sealed test</h2>
${tablePart(ledgerTable(comparison))}</section>
<section aria-labelledby="reproduce"><h2 id="reproduce">To reproduce</h2>
${typeof command === "string" && html`<pre><code>${command}</code></pre>`}
${tablePart(inputsTable(comparison))}${tablePart(environmentTable(comparison))}</section>`;
}

/** The report's first screen: verdict, numbers, cautions, renders, and one chart. */
import type { Comparison } from "../comparison/schema.js";
import { type Html, html } from "./html.js";
import { firstArms, overviewFigure } from "./overview.js";
import { figurePart } from "./page-parts.js";
import { type RenderSamples, samplesPart } from "./samples.js";
import { bannersOf, firstCautions, type KeyNumber, keyNumbers, methodsOf, verdict } from "./verdict.js";

/** The page's header. */
export function firstScreen(comparison: Comparison, samples: readonly RenderSamples[]): Html {
  const numbers = keyNumbers(comparison);
  return html`<header>
<h1>Sim-to-real gap: ${comparison.experiment}</h1>
${bannersOf(comparison).map((text) => html`<p class="banner">${text}</p>`)}
<p class="verdict">${verdict(comparison)}</p>
<dl class="numbers" aria-label="Accuracies with 95% intervals">${numbers.map(numberPart)}</dl>
<p class="note methods">${methodsOf(numbers, comparison)}</p>
<div class="first">
${cautionsPart(comparison)}
${samplesPart(samples)}
<div class="overview">${figurePart(overviewFigure(comparison), { wide: 640, narrow: 328 })}${moreArms(comparison)}</div>
</div>
</header>`;
}

const numberPart = ({ label, value, interval }: KeyNumber): Html =>
  html`<div><dt>${label}</dt><dd><b>${value}</b> <span class="interval">${interval}</span></dd></div>`;

function cautionsPart(comparison: Comparison): Html | false {
  const first = firstCautions(comparison);
  const items = first.map((text) => html`<li>${text}</li>`);
  return (
    first.length > 0 &&
    html`<div class="cautions"><p>Read with care <a href="#caveats">(all ${comparison.cautions.length} cautions)</a></p><ul>${items}</ul></div>`
  );
}

function moreArms(comparison: Comparison): Html {
  const { arms } = comparison;
  const all = firstArms(comparison).length < arms.length;
  return html`<p class="note links"><a href="#arms-by-track">Figures of these arms</a>${all && html`, and <a href="#all-arms">of all ${arms.length}</a>`}</p>`;
}

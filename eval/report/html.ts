/** Markup from templates whose values are escaped by default. */
import { escapeMarkup } from "../charts/escape.js";

/** Markup that may stand on a page as it is. Only `html` and `trusted` make it. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What a template may hold: text and numbers are escaped, lists are joined, what is absent leaves nothing. */
export type HtmlValue = Html | string | number | readonly HtmlValue[] | null | undefined | false;

/** A template: `` html`<p>${text}</p>` ``. Attributes that hold a value must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, string, i) => text + markupOf(values[i - 1]) + string));
}

/** Markup that was made elsewhere, such as a chart. Never for text from outside. */
export const trusted = (markup: string): Html => new Html(markup);

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.markup;
  if (value === null || value === undefined || value === false) return "";
  return Array.isArray(value) ? value.map(markupOf).join("") : escapeMarkup(String(value));
}

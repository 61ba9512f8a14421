/** Observable Plot without a browser: charts as SVG text, for the page and for files. */
import * as Plot from "@observablehq/plot";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import { escapeMarkup } from "./escape.js";

/**
 * Colours by their part in a chart. The page defines the variables for light and dark; files take these values, from
 * Okabe and Ito's palette, which stay apart for colour-blind readers. Shape says the same as colour everywhere.
 */
export const COLORS = {
  target: "#0072b2",
  source: "#b85000",
  extra: "#00785a",
  faint: "#767676",
} as const;

/** What a mark stands for. */
export type Part = keyof typeof COLORS;

/** The CSS variable of a chart colour. */
export const color = (part: Part): string => `var(--${part})`;

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Of axes and labels, in pixels; Plot's own is 10. */
const FONT_SIZE = "12";

/** Draws a plot as SVG text for the page: colours are CSS variables, `alt` is what a screen reader says. */
export function drawSvg(options: Plot.PlotOptions, alt: string): string {
  const plot = Plot.plot({ ...options, document: document as unknown as Document });
  plot.setAttribute("font-size", FONT_SIZE);
  // Of the whole only: names of a drawing's parts are noise to a screen reader, and not allowed on them.
  for (const part of Array.from(plot.querySelectorAll("[aria-label]"))) part.removeAttribute("aria-label");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", alt);
  plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return serialise(plot);
}

/** The same SVG for a file of its own: colours in place of the page's variables, on white. */
export function standaloneSvg(svg: string): string {
  const solid = Object.entries(COLORS).reduce(
    (text, [part, hex]) => text.replaceAll(`var(--${part})`, hex),
    svg,
  );
  return `${solid.replace(/>/, '><rect width="100%" height="100%" fill="white"/>')}\n`;
}

const PNG_SCALE = 2;

/** Rasterises a standalone SVG at twice its size. */
export function renderPng(svg: string): Uint8Array {
  const font = { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
  return new Resvg(svg, { fitTo: { mode: "zoom", value: PNG_SCALE }, font }).render().asPng();
}

const ELEMENT = 1;
const TEXT = 3;

/** Well-formed XML of a node. Plot's own style sheet is left out: the page's rules stand in for it. */
function serialise(node: Node): string {
  if (node.nodeType === TEXT) return escapeMarkup(node.textContent ?? "");
  if (node.nodeType !== ELEMENT || node.nodeName.toLowerCase() === "style") return "";
  const element = node as Element;
  const attributes = Array.from(
    element.attributes,
    (a) => ` ${a.name}="${escapeMarkup(tidyNumbers(a))}"`,
  ).join("");
  const children = Array.from(element.childNodes, serialise).join("");
  const name = element.localName;
  return children ? `<${name}${attributes}>${children}</${name}>` : `<${name}${attributes}/>`;
}

/** Coordinates to a hundredth of a pixel. */
function tidyNumbers({ name, value }: Attr): string {
  if (name.startsWith("aria-")) return value;
  return value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));
}

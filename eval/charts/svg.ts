/** Observable Plot without a browser: charts as SVG text, for the page and for files. */
import * as Plot from "@observablehq/plot";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import { escapeMarkup } from "./escape.js";
import { type LegendEntry, legendHeight, legendPlot } from "./legend.js";
import { COLORS } from "./svg-colors.js";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Of axes and labels, in pixels; Plot's own is 10. */
const FONT_SIZE = "12";

/**
 * Draws a plot as SVG text for the page: colours are CSS variables, `alt` is what a screen reader says.
 * @param legend drawn above it, in whose height the drawing grows
 */
export function drawSvg(options: Plot.PlotOptions, alt: string, legend: readonly LegendEntry[] = []): string {
  const plot = plotElement(options);
  if (legend.length > 0) addLegend(plot, options, legend);
  plot.setAttribute("font-size", FONT_SIZE);
  // Of the whole only: names of a drawing's parts are noise to a screen reader, and not allowed on them.
  for (const part of Array.from(plot.querySelectorAll("[aria-label]"))) part.removeAttribute("aria-label");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", alt);
  plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return serialise(plot);
}

/** Moves the drawing down, and the legend above it. */
function addLegend(plot: Element, options: Plot.PlotOptions, legend: readonly LegendEntry[]): void {
  const width = options.width!;
  const above = legendHeight(legend, width);
  const body = document.createElement("g");
  body.setAttribute("transform", `translate(0,${above})`);
  body.append(...Array.from(plot.childNodes));
  plot.append(...Array.from(plotElement(legendPlot(legend, width)).childNodes), body as unknown as Node);
  const height = options.height! + above;
  plot.setAttribute("height", String(height));
  plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
}

const plotElement = (options: Plot.PlotOptions) =>
  Plot.plot({ ...options, document: document as unknown as Document });

/** The same SVG for a file of its own: colours in place of the page's variables, on white. */
export function standaloneSvg(svg: string): string {
  const solid = Object.entries(COLORS).reduce(
    (text, [part, hex]) => text.replaceAll(`var(--${part})`, hex),
    svg,
  );
  return `${solid.replace(/>/, '><rect width="100%" height="100%" fill="white"/>')}\n`;
}

const PNG_SCALE = 2;

/** Rasterises a standalone SVG, at twice its size where nothing else is said. */
export function renderPng(svg: string, scale = PNG_SCALE): Uint8Array {
  const font = { loadSystemFonts: true, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
  return new Resvg(svg, { fitTo: { mode: "zoom", value: scale }, font }).render().asPng();
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

/** The report as one picture of 1200 x 630 pixels, for a message or a slide: verdict, chart, renders. */
import { join } from "node:path";
import { writeAtomic } from "../../src/shared/files.js";
import { escapeMarkup } from "../charts/escape.js";
import { renderPng, standaloneSvg } from "../charts/svg.js";
import { COLORS } from "../charts/svg-colors.js";
import type { Comparison } from "../comparison/schema.js";
import { footFacts } from "./footer.js";
import { overviewFigure } from "./overview.js";
import { dataUrl, type RenderSamples } from "./samples.js";
import { bannersOf, keyNumbers, verdict } from "./verdict.js";

const WIDTH = 1200;
const HEIGHT = 630;
const MARGIN = 40;
const FONT = "DejaVu Sans, sans-serif";
const INK = "#16191d";
const SOFT = "#50565e";

/** Writes `card.png` into a report's folder. */
export async function writeCard(
  comparison: Comparison,
  samples: readonly RenderSamples[],
  outDir: string,
): Promise<void> {
  await writeAtomic(join(outDir, "card.png"), renderPng(cardSvg(comparison, samples), 1));
}

/** The card as SVG of its own. */
export function cardSvg(comparison: Comparison, samples: readonly RenderSamples[]): string {
  const { lines, size, height } = verdictLines(verdict(comparison));
  const below = MARGIN + 34 + lines.length * height + 16;
  const title = [`Sim-to-real gap: ${comparison.experiment}`, ...bannersOf(comparison)].join(" · ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="${FONT}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/><rect width="10" height="${HEIGHT}" fill="${COLORS.target}"/>
${text(shorten(title, 124), { x: MARGIN, y: MARGIN + 8, size: 16, fill: SOFT })}
${lines.map((line, i) => text(line, { x: MARGIN, y: MARGIN + 44 + i * height, size, bold: true })).join("\n")}
${chartPart(comparison, { x: MARGIN, y: below, width: 640, height: HEIGHT - below - 34 })}
${numbersPart(comparison, below + 8)}
${samplesPart(samples, below + 8 + numbersHeight(comparison))}
${text(footFacts(comparison), { x: MARGIN, y: HEIGHT - 14, size: 12, fill: SOFT })}
</svg>`;
}

/** Letters of a line, and how many lines there may be, by the size of the letters: a long verdict is set smaller. */
const VERDICT_SIZES = [
  { size: 23, height: 31, letters: 84, most: 4 },
  { size: 19, height: 26, letters: 102, most: 5 },
];

function verdictLines(sentence: string) {
  const set = VERDICT_SIZES.map(({ letters, ...one }) => ({ ...one, lines: wrap(sentence, letters) }));
  const found = set.find(({ lines, most }) => lines.length <= most) ?? set.at(-1)!;
  const { lines, most } = found;
  if (lines.length <= most) return found;
  return { ...found, lines: [...lines.slice(0, most - 1), `${lines[most - 1]} …`] };
}

interface TextPlace {
  x: number;
  y: number;
  size: number;
  fill?: string;
  bold?: boolean;
}

const text = (content: string, { x, y, size, fill = INK, bold = false }: TextPlace): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${bold ? ' font-weight="bold"' : ""}>${escapeMarkup(content)}</text>`;

/** The first screen's chart, made smaller as a whole where it is too high. */
function chartPart(
  comparison: Comparison,
  { x, y, width, height }: Record<"x" | "y" | "width" | "height", number>,
): string {
  const drawn = standaloneSvg(overviewFigure(comparison).draw(width));
  const tall = Number(/<svg [^>]*\bheight="([\d.]+)"/.exec(drawn)![1]);
  const scale = Math.min(1, height / tall);
  return `<g transform="translate(${x} ${y}) scale(${scale})">${drawn}</g>`;
}

const RIGHT = 710;
/** Of a number, two of which stand side by side. */
const NUMBER = { width: 240, height: 64 };

const numbersHeight = (comparison: Comparison) =>
  Math.ceil(keyNumbers(comparison).length / 2) * NUMBER.height;

function numbersPart(comparison: Comparison, top: number): string {
  return keyNumbers(comparison)
    .flatMap(({ label, value, interval }, i) => {
      const [x, y] = [RIGHT + (i % 2) * NUMBER.width, top + Math.floor(i / 2) * NUMBER.height];
      return [
        text(shorten(label, 36), { x, y: y + 10, size: 12, fill: SOFT }),
        text(value, { x, y: y + 31, size: 20, bold: true }),
        text(interval, { x, y: y + 47, size: 13, fill: SOFT }),
      ];
    })
    .join("\n");
}

/** Side of a render; of more classes than two they are smaller, and of more than three there is no room for all. */
const sideOf = (classes: number): number => (classes > 2 ? 54 : 92);
const CLASSES = 3;

function samplesPart(samples: readonly RenderSamples[], top: number): string {
  const side = sideOf(samples.length);
  return samples
    .slice(0, CLASSES)
    .flatMap(({ class: name, pictures }, row) => {
      const y = top + row * (side + 26);
      if (y + side + 18 > HEIGHT) return [];
      const images = pictures.map(
        (file, i) =>
          `<image x="${RIGHT + i * (side + 6)}" y="${y + 18}" width="${side}" height="${side}" href="${dataUrl(file)}"/>`,
      );
      return [text(`renders: ${name}`, { x: RIGHT, y: y + 12, size: 13, fill: SOFT }), ...images];
    })
    .join("\n");
}

const shorten = (line: string, letters: number): string =>
  line.length > letters ? `${line.slice(0, letters - 1)}…` : line;

/** Lines of at most so many letters, broken at spaces. */
function wrap(sentence: string, letters: number): string[] {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= letters) lines[lines.length - 1] = longer;
    else lines.push(shorten(word, letters));
  }
  return lines;
}

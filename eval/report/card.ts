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
  const lines = wrap(verdict(comparison), VERDICT.letters).slice(0, VERDICT.lines);
  const below = MARGIN + 34 + lines.length * VERDICT.height + 16;
  const title = [`Sim-to-real gap: ${comparison.experiment}`, ...bannersOf(comparison)].join(" · ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="${FONT}">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/><rect width="10" height="${HEIGHT}" fill="${COLORS.target}"/>
${text(shorten(title, 124), { x: MARGIN, y: MARGIN + 8, size: 16, fill: SOFT })}
${lines.map((line, i) => text(line, { x: MARGIN, y: MARGIN + 44 + i * VERDICT.height, size: VERDICT.size, bold: true })).join("\n")}
${chartPart(comparison, { x: MARGIN, y: below, width: 640, height: HEIGHT - below - 34 })}
${numbersPart(comparison, below + 8)}
${samplesPart(samples, below + 8 + 50 * keyNumbers(comparison).length)}
${text(footFacts(comparison), { x: MARGIN, y: HEIGHT - 14, size: 12, fill: SOFT })}
</svg>`;
}

const VERDICT = { letters: 84, lines: 4, size: 23, height: 31 };

interface TextPlace {
  x: number;
  y: number;
  size: number;
  fill?: string;
  bold?: boolean;
}

const text = (content: string, { x, y, size, fill = INK, bold = false }: TextPlace): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${bold ? ' font-weight="bold"' : ""}>${escapeMarkup(content)}</text>`;

/** The first screen's chart, made smaller where it is too high. */
function chartPart(
  comparison: Comparison,
  { x, y, width, height }: Record<"x" | "y" | "width" | "height", number>,
) {
  const drawn = standaloneSvg(overviewFigure(comparison).draw(width));
  const inner = drawn.replace(/^<svg /, `<svg x="${x}" y="${y}" `);
  const [, tall] = / height="(\d+(?:\.\d+)?)"/.exec(drawn)!;
  const scale = Math.min(1, height / Number(tall));
  return inner.replace(
    / width="[\d.]+" height="[\d.]+"/,
    ` width="${width * scale}" height="${Number(tall) * scale}"`,
  );
}

const RIGHT = 730;

function numbersPart(comparison: Comparison, top: number): string {
  return keyNumbers(comparison)
    .flatMap(({ label, value, interval }, i) => {
      const y = top + i * 50;
      return [
        text(label, { x: RIGHT, y: y + 10, size: 13, fill: SOFT }),
        `<text x="${RIGHT}" y="${y + 33}" font-size="20" fill="${INK}"><tspan font-weight="bold">${escapeMarkup(value)}</tspan><tspan font-size="14" fill="${SOFT}"> ${escapeMarkup(interval)}</tspan></text>`,
      ];
    })
    .join("\n");
}

/** Side of a render, and the most classes that there is room for. */
const SIDE = 92;
const CLASSES = 2;

function samplesPart(samples: readonly RenderSamples[], top: number): string {
  return samples
    .slice(0, CLASSES)
    .flatMap(({ class: name, pictures }, row) => {
      const y = top + row * (SIDE + 26);
      if (y + SIDE + 18 > HEIGHT) return [];
      const images = pictures.map(
        (file, i) =>
          `<image x="${RIGHT + i * (SIDE + 6)}" y="${y + 18}" width="${SIDE}" height="${SIDE}" href="${dataUrl(file)}"/>`,
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

/** An ablation in words and tables, for the terminal, a repository or a message. */
import { smallestSentence } from "../ablation/headline.js";
import type { Ablation } from "../ablation/schema.js";
import { ablationFigures } from "../charts/ablation.js";
import { SHEET_CAPTION } from "./ablation-page.js";
import { ablationTable, tableText } from "./ablation-text.js";
import { markdown, markdownText } from "./table.js";

/** `report.md` of an ablation. @param hasSheet whether `figures/scenes.jpg` stands beside it */
export function renderAblationMarkdown(ablation: Ablation, hasSheet: boolean): string {
  const { experiment, headline, arm, backbone, source, full, cautions, inputs, environment } = ablation;
  const [, ...others] = ablationFigures(ablation);
  const { command } = environment;
  return `${[
    `# What the scene's factors are worth: ${markdownText(experiment)}`,
    markdownText(headline),
    ablationTable(ablation),
    markdownText(smallestSentence(ablation)),
    `Arm ${markdownText(arm)} on ${markdownText(backbone.name)} (${markdownText(backbone.pretraining)}); ${markdownText(source.scene)}, ${full.count} renders and ${source.held} held out. Differences are paired by seed and image, 95% intervals uncorrected; decisions by Holm over all that was left out, and over the numbers of renders.`,
    ...others.flatMap(({ title, table }) => [`## ${title}`, tableText(table)]),
    ...(hasSheet
      ? ["## What each scene looks like", `![${SHEET_CAPTION}](figures/scenes.jpg)`, SHEET_CAPTION]
      : []),
    "## Caveats",
    cautions.map((text, i) => `${i + 1}. ${markdownText(text)}`).join("\n"),
    "## Inputs",
    markdown(
      ["input", "sha256"],
      inputs.map(({ name, sha256 }) => [name, sha256]),
    ),
    ...(typeof command === "string" ? ["## To reproduce", `    ${command.replace(/\s+/g, " ")}`] : []),
  ].join("\n\n")}\n`;
}

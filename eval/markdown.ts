/** `report.md`: the report's figures in words and tables, for a repository or a message. */
import type { Comparison } from "./report-schema.js";
import { markdown, markdownTable, markdownText } from "./table.js";

/** The Markdown of a comparison. */
export function renderMarkdown(comparison: Comparison): string {
  const { experiment, headline, target, source, backbone, cautions, inputs, environment, selection } =
    comparison;
  const command = environment.command;
  return `${[
    `# Sim-to-real gap: ${markdownText(experiment)}`,
    markdownText(headline),
    markdownTable(comparison),
    "Accuracies in percent, gaps in percentage points, 95% intervals; tracks are not ranked against one another.",
    "## Cautions",
    cautions.map((text, i) => `${i + 1}. ${markdownText(text)}`).join("\n"),
    "## How epochs were chosen",
    markdown(["arm", "epochs chosen by"], Object.entries(selection)),
    "## Inputs",
    markdown(
      ["input", "sha256"],
      [
        [`target ${target.dataset} ${target.split}, ${target.n} images (${target.kind})`, ""],
        [`source ${source.scene}, ${source.n} renders`, source.sha256],
        [`backbone ${backbone.name}, ${backbone.weights}: ${backbone.pretraining}`, backbone.sha256],
        ...inputs.map(({ name, sha256 }) => [name, sha256]),
      ],
    ),
    ...(typeof command === "string" ? ["## To reproduce", `    ${command.replace(/\s+/g, " ")}`] : []),
  ].join("\n\n")}\n`;
}

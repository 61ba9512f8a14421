/** `report.md`: the report's figures in words and tables, for a repository or a message. */
import { decision, familiesSentence } from "../comparison/decision.js";
import { NONE, orNone, pointsInterval, pValue, withMethod } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
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
    "Accuracies in percent, gaps in percentage points, 95% intervals and how they were found; tracks are not ranked against one another.",
    ...experimentsPart(comparison),
    ...pairsPart(comparison),
    "## Caveats",
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

function experimentsPart({ experiments }: Comparison): string[] {
  if (!experiments) return [];
  const rows = experiments.changes.map(({ path, values }) => [path, ...values.map((value) => value ?? NONE)]);
  return ["## What changed between the experiments", markdown(["place", ...experiments.names], rows)];
}

function pairsPart({ pairs, families }: Comparison): string[] {
  if (pairs.length === 0) return [];
  const rows = pairs.map((pair) => [
    pair.a,
    pair.b,
    withMethod(pointsInterval)(pair.difference),
    orNone(pair.p, pValue),
    orNone(pair.pAdjusted, pValue),
    decision(pair),
  ]);
  return [
    "## Paired differences on the target",
    markdown(["first arm", "second arm", "difference, points [95%]", "p", "p, Holm", "decision"], rows),
    markdownText(familiesSentence(families)),
  ];
}

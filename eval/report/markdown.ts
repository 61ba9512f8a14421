/** `report.md`: the report in words and tables and in the page's order, for a repository or a message. */
import { decision, familiesSentence } from "../comparison/decision.js";
import { NONE, orNone, pointsInterval, pValue, withMethod } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import { commandOf, footFacts } from "./footer.js";
import type { Question } from "./section.js";
import { reportQuestions } from "./sections.js";
import { summaryParts } from "./summary.js";
import { markdown, markdownTable, markdownText } from "./table.js";

/** The Markdown of a comparison. */
export function renderMarkdown(comparison: Comparison): string {
  const { experiment, cautions } = comparison;
  const command = commandOf(comparison);
  return `${[
    `# Sim-to-real gap: ${markdownText(experiment)}`,
    ...summaryParts(comparison).map(escaped),
    "![Accuracy by arm](figures/overview.png)",
    "## All cautions",
    cautions.map((text, i) => `${i + 1}. ${markdownText(text)}`).join("\n"),
    ...reportQuestions(comparison).flatMap((question) => questionPart(question, comparison)),
    "---",
    markdownText(footFacts(comparison)),
    ...(command === undefined ? [] : [`    ${command}`]),
  ].join("\n\n")}\n`;
}

/** Line by line, as lists keep their lines. */
const escaped = (part: string): string => part.split("\n").map(markdownText).join("\n");

/** The tables that are short enough for text, by question. */
const TABLES: Record<string, (comparison: Comparison) => string[]> = {
  "adaptation-question": adaptationTables,
  "making-question": makingTables,
};

function questionPart({ id, title, answer }: Question, comparison: Comparison): string[] {
  return [`## ${title}`, markdownText(answer), ...(TABLES[id]?.(comparison) ?? [])];
}

function adaptationTables(comparison: Comparison): string[] {
  return [
    markdownTable(comparison),
    "Accuracies in percent, gaps in percentage points, 95% intervals and how they were found; tracks are not ranked against one another.",
    ...experimentsPart(comparison),
    ...pairsPart(comparison),
  ];
}

function experimentsPart({ experiments }: Comparison): string[] {
  if (!experiments) return [];
  const rows = experiments.changes.map(({ path, values }) => [path, ...values.map((value) => value ?? NONE)]);
  return ["### What changed between the experiments", markdown(["place", ...experiments.names], rows)];
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
    "### Paired differences on the target",
    markdown(["first arm", "second arm", "difference, points [95%]", "p", "p, Holm", "decision"], rows),
    markdownText(familiesSentence(families)),
  ];
}

function makingTables({ selection, target, source, backbone, inputs }: Comparison): string[] {
  const hashed = [
    [`target ${target.dataset} ${target.split}, ${target.n} images (${target.kind})`, ""],
    [`source ${source.scene}, ${source.n} renders`, source.sha256],
    [`backbone ${backbone.name}, ${backbone.weights}: ${backbone.pretraining}`, backbone.sha256],
    ...inputs.map(({ name, sha256 }) => [name, sha256]),
  ];
  return [
    "### Inputs",
    markdown(["input", "sha256"], hashed),
    "### How epochs were chosen",
    markdown(["arm", "epochs chosen by"], Object.entries(selection)),
  ];
}

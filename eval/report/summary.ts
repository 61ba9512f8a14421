/** The first screen as text: for the terminal, and at the head of `report.md`. */
import type { Comparison } from "../comparison/schema.js";
import { bannersOf, firstCautions, keyNumbers, verdict } from "./verdict.js";

/** Verdict, numbers and the gravest cautions, paragraph by paragraph. */
export function summaryParts(comparison: Comparison): string[] {
  const numbers = keyNumbers(comparison).map(
    ({ label, value, interval, method }) => `- ${label}: ${value} ${interval} ${method}`,
  );
  const cautions = firstCautions(comparison).map((text) => `- ${text}`);
  return [
    ...bannersOf(comparison),
    verdict(comparison),
    numbers.join("\n"),
    ...(cautions.length > 0
      ? [
          `Read with care (${cautions.length} of ${comparison.cautions.length} cautions):\n${cautions.join("\n")}`,
        ]
      : []),
  ];
}

/** What the terminal shows of a report. */
export const summaryText = (comparison: Comparison): string => summaryParts(comparison).join("\n\n");

/** Outcomes of an experiment over its backbones. */
import type { Outcome } from "./command.js";

/** One experiment's outcome as it is; several as a list. */
export function joined(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.length === 1) return outcomes[0]!;
  return {
    json: outcomes.map(({ json }) => json),
    text: outcomes.map(({ text }) => text).join("\n\n"),
  };
}

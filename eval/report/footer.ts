/** The foot of every form of a report: what wrote it, when, from which state of the code, and with which command. */
import type { Comparison } from "../comparison/schema.js";
import { type Html, html } from "./html.js";

/** Facts of the environment that the foot names, as they are there. */
export function footFacts({ environment }: Pick<Comparison, "environment">): string {
  const { date, version, commit } = environment;
  const facts = [
    typeof version === "string" ? `antbee ${version}` : "antbee",
    typeof commit === "string" ? `commit ${commit}` : undefined,
    typeof date === "string" ? date : undefined,
  ];
  return facts.filter((fact) => fact !== undefined).join(", ");
}

/** The command that makes the report again, on one line. */
export function commandOf({ environment: { command } }: Pick<Comparison, "environment">): string | undefined {
  return typeof command === "string" ? command.replace(/\s+/g, " ") : undefined;
}

/** The page's footer. */
export function footerPart(comparison: Pick<Comparison, "environment">): Html {
  const { command } = comparison.environment;
  return html`<footer><p>${footFacts(comparison)}</p>
${typeof command === "string" && html`<pre><code>${command}</code></pre>`}
</footer>`;
}

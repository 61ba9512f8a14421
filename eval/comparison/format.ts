/** Figures as text, the same in the terminal, the Markdown and the page. */
import type { Interval } from "../../src/shared/types.js";
import type { Worth } from "./schema.js";

/** 0.8123 -> "81.2%". */
export function percent(share: number): string {
  return `${decimal(100 * share)}%`;
}

/** A difference of shares in percentage points, with its sign: 0.092 -> "+9.2". */
export function points(difference: number): string {
  const text = decimal(100 * difference);
  return difference > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** The size of a difference in percentage points: 0.092 -> "9.2". */
export const pointsSize = (size: number): string => decimal(100 * size);

/** "81.2% [76.0, 86.1]". */
export function percentInterval({ mean, low, high }: Interval): string {
  return `${percent(mean)} [${decimal(100 * low)}, ${decimal(100 * high)}]`;
}

/** "+9.2 [+5.0, +13.1]". */
export function pointsInterval({ mean, low, high }: Interval): string {
  return `${points(mean)} [${points(low)}, ${points(high)}]`;
}

/** The same, and how the interval was found: "81.2% [76.0, 86.1] crossed". */
export const withMethod = (format: (value: Interval) => string) => (value: Interval) =>
  `${format(value)} ${value.method}`;

/** "9.2 points [5.0, 13.1]", for a sentence. */
export function pointsPhrase({ mean, low, high }: Interval): string {
  return `${decimal(100 * mean)} points [${decimal(100 * low)}, ${decimal(100 * high)}]`;
}

/** A p-value: never 0, which no test can say. */
export function pValue(p: number): string {
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}

/** 754 -> "12 min 34 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Labels a class, two digits: "3.4", "17", and "<1" or ">120" beyond what was measured. */
export function labelsText({ k, beyond }: Worth["estimate"]): string {
  const sign = { below: "<", above: ">" };
  return `${beyond ? sign[beyond] : ""}${k < 9.95 ? Number(k.toFixed(1)) : Math.round(k)}`;
}

/** The figure that is quoted: how many labelled photographs a class do what renders alone do. */
export function worthSentence({ renders, estimate, low, high }: Worth): string {
  const count = `${labelsText(estimate)} labelled photographs a class [${labelsText(low)}, ${labelsText(high)}]`;
  return `Renders alone (${renders}) are worth ${count}: so many, learned from alike and alone, reach their accuracy.`;
}

/** What stands where there is no figure. */
export const NONE = "–";

/** Text for a value that may be absent. */
export function orNone<T>(value: T | null | undefined, format: (value: T) => string): string {
  return value === null || value === undefined ? NONE : format(value);
}

/** One decimal with a true minus sign, and no negative zero. */
function decimal(value: number): string {
  const text = value.toFixed(1);
  return text === "-0.0" ? "0.0" : text.replace("-", "−");
}

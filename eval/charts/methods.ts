/** How a figure's intervals were found, as a sentence for its caption. */
import { distinct } from "../../src/shared/group.js";
import type { Interval } from "../../src/shared/types.js";

/** Every method once. */
export function methodsSentence(intervals: readonly (Pick<Interval, "method"> | null)[]): string {
  const methods = distinct(intervals.flatMap((one) => (one ? [one.method] : [])));
  return methods.length > 0 ? `Intervals: ${methods.join("; ")}.` : "";
}

/** Legends that several charts share. */
import type { LegendEntry } from "./legend.js";

/** Which domain a mark is of. */
export const DOMAINS: readonly LegendEntry[] = [
  { text: "target images", part: "target", shape: "dot" },
  { text: "held-out renders", part: "source", shape: "dot", symbol: "diamond", hollow: true },
];

/** Whether a difference was shown. */
export const DECIDED: readonly LegendEntry[] = [
  { text: "shown", part: "target", shape: "dot" },
  { text: "not shown, or not tested", part: "source", shape: "dot", symbol: "diamond", hollow: true },
];

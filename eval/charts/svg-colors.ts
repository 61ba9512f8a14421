/** The colours of charts, and what each stands for. */

/**
 * Colours by their part in a chart. The page defines the variables for light and dark; files take these values, from
 * Okabe and Ito's palette, which stay apart for colour-blind readers. Shape says the same as colour everywhere.
 */
export const COLORS = {
  target: "#0072b2",
  source: "#b85000",
  extra: "#00785a",
  faint: "#767676",
} as const;

/** What a mark stands for. */
export type Part = keyof typeof COLORS;

/** The CSS variable of a chart colour. */
export const color = (part: Part): string => `var(--${part})`;

/** A part of the report: a chart with its table, or a table with what stands above it. */
import type { Figure } from "../charts/figure.js";

export type Section = Figure | TextSection;

/** A part without a chart. */
export interface TextSection extends Omit<Figure, "alt" | "draw"> {
  /** Shown above the table. */
  pictures?: PictureRow[];
}

/** A question that the report answers in a sentence, and the evidence for it. */
export interface Question {
  id: string;
  /** In the list of contents. */
  short: string;
  title: string;
  answer: string;
  sections: Section[];
  /** Evidence of the second order: folded away below the rest, and not printed. */
  more: Section[];
}

/** Pictures of one kind: renders side by side, and below them the target's. */
export interface PictureRow {
  title: string;
  groups: { name: string; pictures: Picture[] }[];
}

/** A picture that is shown where the report was given it, and named by its id where not. */
export interface Picture {
  /** Of `pictureKey`. */
  key: string;
  id: string;
  /** Its class, the predicted one and the confidence. */
  caption: string;
}

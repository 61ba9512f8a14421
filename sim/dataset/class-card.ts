/** What annotations and labelled pictures need of a class, so that a dataset can be read without what drew it. */
import { z } from "zod";
import type { Subject } from "../subjects/subject.js";

export const classCard = z.strictObject({
  name: z.string(),
  /** In the order in which annotations list them. */
  keypoints: z.array(z.string()),
  skeleton: z.array(z.tuple([z.string(), z.string()])),
});
/** What a dataset says of one of its classes. */
export type ClassCard = z.output<typeof classCard>;

/** The card of a subject's class. */
export const cardOf = ({ className, keypoints, skeleton }: Subject): ClassCard => ({
  name: className,
  keypoints: [...keypoints],
  skeleton: skeleton.map(([from, to]) => [from, to]),
});

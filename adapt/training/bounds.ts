/**
 * What numbers of a training may be, as experiment files and methods' options are checked against them: below, nothing
 * would be learned in float32 under the name of a training; above, nothing would be finite or end.
 */
import { z } from "zod";

/** Epochs, steps, images of a batch. */
export const count = z.int().min(1).max(10_000_000);

/** A learning rate. */
export const rate = z.number().positive().min(1e-9).max(1000);

/** Of a loss or of images that are learned from, beside others. */
export const weight = z.number().positive().min(1e-6).max(1e6);

/** The same, or 0 for nothing of it. */
export const weightOrNone = z.number().min(0).max(1e6);

/**
 * C of an exact head: held more strongly than this the search ends where it begins, at a head of zeros; held more weakly
 * it ends where rounding does.
 */
export const strength = z.number().positive().min(0.01).max(1e6);

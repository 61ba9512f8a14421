/** The methods by name: the registry is this object. */
import { featureStatistics } from "./feature-statistics.js";
import type { Method } from "./method.js";
import { selfTraining } from "./self-training.js";
import { sourceOnly } from "./source-only.js";

export const methods = {
  "source-only": sourceOnly,
  "feature-statistics": featureStatistics,
  "self-training": selfTraining,
} satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;

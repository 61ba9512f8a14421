/** The methods by name: the registry is this object. A user's own method is an object of the same type. */
import { adabn } from "./adabn.js";
import { cdan } from "./cdan.js";
import { coral } from "./coral.js";
import { dan } from "./dan.js";
import { dann } from "./dann.js";
import { deepCoral } from "./deep-coral.js";
import { entropyMinimisation } from "./entropy-minimisation.js";
import { featureStatistics } from "./feature-statistics.js";
import { fixmatch } from "./fixmatch.js";
import { informationMaximisation } from "./information-maximisation.js";
import { mcc } from "./mcc.js";
import type { LabelledInput, Method, SourceInput } from "./method.js";
import { fewShot, fineTuning } from "./replay.js";
import { selfTraining } from "./self-training.js";
import { sourceOnly } from "./source-only.js";
import { tent } from "./tent.js";

export const methods = {
  "source-only": sourceOnly,
  adabn,
  "feature-statistics": featureStatistics,
  coral,
  "deep-coral": deepCoral(),
  dan: dan(),
  dann: dann(),
  cdan: cdan(),
  mcc: mcc(),
  "entropy-minimisation": entropyMinimisation(),
  "information-maximisation": informationMaximisation(),
  tent: tent(),
  "self-training": selfTraining(),
  fixmatch: fixmatch(),
  "few-shot": fewShot(),
  "fine-tuning": fineTuning(),
} satisfies Record<string, Method | Method<SourceInput> | Method<LabelledInput>>;

export type MethodName = keyof typeof methods;

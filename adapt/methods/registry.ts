/** The methods by name: the registry is this object. */
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
import type { AnyMethodFactory } from "./method.js";
import { prototypes } from "./prototypes.js";
import { fewShot, fineTuning } from "./replay.js";
import { fewShotSelfTraining, selfTraining } from "./self-training.js";
import { sourceOnly } from "./source-only.js";
import { tent } from "./tent.js";

/** Each makes a method of its options: `methods.dann({ weight: 0.5 })`. */
export const methods = {
  "source-only": sourceOnly,
  adabn,
  "feature-statistics": featureStatistics,
  coral,
  "deep-coral": deepCoral,
  dan,
  dann,
  cdan,
  mcc,
  "entropy-minimisation": entropyMinimisation,
  "information-maximisation": informationMaximisation,
  tent,
  prototypes,
  "self-training": selfTraining,
  fixmatch,
  "few-shot": fewShot,
  "few-shot-self-training": fewShotSelfTraining,
  "fine-tuning": fineTuning,
} satisfies Record<string, AnyMethodFactory>;

/** A name of the registry. */
export type MethodName = keyof typeof methods;

/** A step's images, and what an objective sees of them. */
import * as tf from "@tensorflow/tfjs-core";
import { invalid, note } from "../../src/shared/errors.js";
import { cycled, type EpochSeed, inputOf, onePass } from "../images/batches.js";
import { classIndices, type Examples, type UnlabeledExamples } from "../images/examples.js";
import type { Mode } from "../layers/layer.js";
import type { Params } from "../layers/parameters.js";
import type { LabeledOutputs, Outputs, Step } from "./objective.js";
import type { Progress } from "./schedule.js";
import { outputsOf, type TrainState } from "./train-state.js";

/** What a training looks at. */
export interface Domains {
  /** Labelled images; they lead where there are any: an epoch is one pass over them, else over the target. */
  data?: Examples;
  /** Labelled images of the other domain, for objectives that look at them. */
  replay?: Examples;
  /** Unlabelled target images, for objectives that look at them. */
  target?: UnlabeledExamples;
}

/** The images of an epoch's steps, by domain, as indices. */
export type Batches = Record<keyof Domains, number[][]>;

export function batchesOf(at: EpochSeed, { data, replay, target }: Domains, size: number): Batches {
  const lead = onePass((data ?? target!).items.length, size, at);
  const following = (examples: UnlabeledExamples | undefined, domain: string) =>
    examples ? cycled(examples.items.length, { size, batches: lead.length }, at, domain) : [];
  return {
    data: data ? lead : [],
    replay: following(replay, "replay"),
    target: data ? following(target, "target") : lead,
  };
}

/** The network at a step. */
interface NetworkNow {
  state: TrainState;
  classes: readonly string[];
  params: Params;
  mode: Mode;
}

/** A step's place in its phase. */
export interface Position {
  /** Its number in the epoch, from 0. */
  i: number;
  batches: Batches;
  progress: Progress;
  seed: number;
}

/** What an objective sees of a step. */
export function stepOf(
  { state, classes, params, mode }: NetworkNow,
  { i, batches, progress, seed }: Position,
  { data, replay, target }: Domains,
): Step {
  const at = { seed, epoch: progress.epoch };
  const run = (examples: UnlabeledExamples, batch: number[], view: "evaluation" | "training"): Outputs =>
    outputsOf(state, params, inputOf(examples, batch, view, at), mode);
  const labelled = (domain: "data" | "replay"): LabeledOutputs => {
    const examples = needed({ data, replay }[domain], domain);
    const batch = batches[domain][i]!;
    return { ...run(examples, batch, "training"), labels: labelsOf(examples, batch, classes) };
  };
  const own = Object.entries(params).filter(([name]) => name in state.ownSpecs);
  return {
    data: () => labelled("data"),
    replay: () => labelled("replay"),
    target: (view) => run(needed(target, "target"), batches.target[i]!, view),
    own: Object.fromEntries(own),
    progress,
  };
}

function needed<T>(examples: T | undefined, domain: string): T {
  if (!examples) throw invalid("training", `the ${domain} images that the objective looks at`, note("none"));
  return examples;
}

/** Class indices of the items at `batch`. */
export function labelsOf(
  { items }: Examples,
  batch: readonly number[],
  classes: readonly string[],
): tf.Tensor1D {
  const picked = batch.map((index) => items[index]!);
  return tf.tensor1d(classIndices(picked, classes), "int32");
}

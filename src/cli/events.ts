/** An experiment's events as lines and progress bars on standard error. */
import { duration } from "../../eval/comparison/format.js";
import type { ExperimentEvent, OnEvent } from "../experiment/spec/events.js";
import { say, showProgress } from "../shared/progress.js";
import type { OnProgress } from "../shared/types.js";

/** Prints each event as it comes; a task that is counted keeps one bar until it is done. */
export function printEvents(): OnEvent {
  const bars = new Map<string, OnProgress>();
  return (event) => {
    if (event.type !== "progress") return say(describe(event));
    const bar = bars.get(event.task) ?? showProgress(event.task);
    bars.set(event.task, bar);
    bar(event.done, event.total);
    if (event.done >= event.total) bars.delete(event.task);
  };
}

function describe(event: Exclude<ExperimentEvent, { type: "progress" }>): string {
  switch (event.type) {
    case "note":
      return event.text;
    case "opening":
      return describeOpening(event);
    case "arm":
      return `seed ${event.seed}: ${event.arm} (${event.track})`;
    case "variant":
      return describeVariant(event);
    case "phase":
      return `  ${event.phase}: ${event.learns}`;
    case "epoch":
      return describeEpoch(event);
  }
}

function describeOpening(event: Extract<ExperimentEvent, { type: "opening" }>): string {
  const { dataset, split, reason, configurations, ledger } = event;
  const seen = configurations === 1 ? "1 configuration has" : `${configurations} configurations have`;
  return `opening the labels of ${dataset} ${split} (${reason}): ${seen} seen them now, says ${ledger}`;
}

function describeVariant(event: Extract<ExperimentEvent, { type: "variant" }>): string {
  const { variant, seed, done, total, secondsLeft } = event;
  return `${variant}, seed ${seed}: run ${done + 1} of ${total}, about ${duration(secondsLeft)} left`;
}

function describeEpoch({ epochs, seconds, record }: Extract<ExperimentEvent, { type: "epoch" }>): string {
  const figures = (loss?: number, accuracy?: number) =>
    `loss ${loss?.toFixed(4)}, accuracy ${accuracy?.toFixed(4)}`;
  const validation =
    record.valLoss === undefined ? "" : `; val ${figures(record.valLoss, record.valAccuracy)}`;
  const training = figures(record.trainLoss, record.trainAccuracy);
  return `    epoch ${record.epoch}/${epochs}: train ${training}${validation}; ${seconds.toFixed(1)} s`;
}

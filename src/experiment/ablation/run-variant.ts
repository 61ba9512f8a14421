/** One variant with one seed: rendered where it is missing, trained on renders alone, asked about the training images. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Backbone } from "../../../adapt/backbones/load.js";
import { withHead } from "../../../adapt/backbones/model.js";
import { type LabeledImages, subset } from "../../../adapt/images/images.js";
import { predict } from "../../../adapt/inference/predict.js";
import { writePredictions } from "../../../eval/predictions/csv.js";
import { writeAtomic } from "../../shared/files.js";
import type { OnEvent } from "../spec/events.js";
import { learns } from "../spec/phases.js";
import { finishRun, metricsFile, predictionsFile, runFolder, SOURCE_PREDICTIONS } from "../store/store.js";
import type { SourceImages } from "../train/context.js";
import { openSourceImages } from "../train/images.js";
import type { TrainedArm } from "../train/phase-work.js";
import { trainPhases } from "../train/phases.js";
import { trainedSources, warmUpImages } from "../train/warm-up.js";
import type { AblationPlan } from "./plan.js";
import type { Variant } from "./variants.js";

/** What the runs of an ablation share. */
export interface AblationWork {
  plan: AblationPlan;
  /** The target's labelled training images; there are no others. */
  target: LabeledImages;
  on: OnEvent;
  verbose?: boolean;
  /** Reads the weights when they are first needed. */
  backbone(): Promise<Backbone>;
}

/** What a run did. */
export interface VariantTally {
  rendered: number;
  rendersReused: number;
}

/** Trains, predicts, and marks the run as done. Its weights are not kept: what it is for are its predictions. */
export async function runVariant(variant: Variant, seed: number, work: AblationWork): Promise<VariantTally> {
  const started = performance.now();
  const { plan, target, on } = work;
  const config = plan.configOf(variant, seed);
  const folder = runFolder(plan.work, config);
  const planned = plan.sourceOf(variant, seed);
  const opened = await planned.open(on);
  const source = openSourceImages(opened, plan.experiment, on);
  const { model, history, epochs, selection } = await trainLineage(seed, { source, folder, work });
  await writeAtomic(metricsFile(folder), history.map((record) => `${JSON.stringify(record)}\n`).join(""));
  await writePredictions(predictionsFile(folder, SOURCE_PREDICTIONS), await predict(model, source.val));
  await writePredictions(predictionsFile(folder, plan.target.dataset), await predict(model, target));
  await rm(stateFolder(folder), { recursive: true, force: true });
  const arm = plan.arms.at(-1)!;
  await finishRun(plan.work, config, {
    ...plan.setting,
    experiment: config.experiment,
    arm: arm.name,
    position: 0,
    track: arm.track,
    k: null,
    synthetic: true,
    seed,
    source: { scene: planned.scene, sha256: planned.sha256, n: source.val.items.length },
    uses: "no target image",
    selection: selection.join("; "),
    epochs,
    seconds: (performance.now() - started) / 1000,
  });
  return { rendered: opened.rendered, rendersReused: opened.reused };
}

/** Where trainings keep their state between epochs, until the run is done: a kill loses an epoch, not an arm. */
const stateFolder = (folder: string): string => join(folder, "state");

interface Lineage {
  source: SourceImages;
  folder: string;
  work: AblationWork;
}

/** The measured arm after those that it starts from, the oldest first. */
async function trainLineage(seed: number, { source, folder, work }: Lineage): Promise<TrainedArm> {
  const { plan, target, on, verbose } = work;
  const backbone = await work.backbone();
  const { classes } = source.train;
  const phases = plan.arms.flatMap((arm) => arm.phases.filter(learns));
  await warmUpImages(backbone, { classes, seed }, [
    ...trainedSources(source, plan.arms),
    { images: source.val, phases, purpose: "evaluation" },
    { images: target, phases, purpose: "evaluation" },
  ]);
  const shots = subset(target, []); // no label of the target is learned from
  const done = new Map<string, TrainedArm>();
  let trained: TrainedArm = {
    model: withHead(backbone, classes, seed),
    folds: null,
    history: [],
    epochs: [],
    selection: [],
  };
  for (const arm of plan.arms) {
    const state = join(stateFolder(folder), arm.name);
    const ancestor = async (name: string) => done.get(name)!;
    trained = await trainPhases(trained, {
      arm,
      seed,
      source,
      shots,
      keepFolds: false,
      ancestor,
      state,
      on,
      verbose,
    });
    done.set(arm.name, trained);
  }
  return trained;
}

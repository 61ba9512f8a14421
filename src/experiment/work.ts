/** What the runs of an experiment share while they are done: its plan, its images, its backbone, and what was counted. */
import type { Backbone } from "../../adapt/backbones/load.js";
import type { Activations } from "../../adapt/images/activations.js";
import type { UnlabeledItem } from "../shared/types.js";
import { enterTraining } from "./evaluate/sealed.js";
import { openBackbone } from "./plan/backbone.js";
import type { Plan, PlanOptions } from "./plan/plan.js";
import type { Standing } from "./plan/standing.js";
import { type OnEvent, silent } from "./spec/events.js";
import { takeKept } from "./store/kept.js";
import { claimRun, configKey, discardRun, runFolder } from "./store/store.js";
import { backgroundArm, checkBackground, isBackgroundChecked } from "./train/background.js";
import type { RunContext, TargetImages } from "./train/context.js";
import { openSourceImages, openTargetImages } from "./train/images.js";

/** How the work is told of. */
export interface WorkOptions extends Pick<PlanOptions, "on"> {
  /** Names every parameter that is learned. */
  verbose?: boolean;
}

/** What was done now, and what stood there already. */
export interface Tally {
  rendered: number;
  rendersReused: number;
  activations: number;
  activationsReused: number;
  trained: number;
  trainedReused: number;
}

/** What the seeds of a run share. */
export interface Work {
  plan: Plan;
  tally: Tally;
  target: TargetImages;
  on: OnEvent;
  verbose?: boolean;
  /** Reads the weights when they are first needed. */
  backbone(): Promise<Backbone>;
  count(answer: Activations): void;
  /** Enters into the ledger, once, that images of a known sealed test are learned from. */
  enter(items: readonly UnlabeledItem[]): Promise<void>;
}

export function openWork(plan: Plan, { on = silent, verbose }: WorkOptions): Work {
  const tally = {
    rendered: 0,
    rendersReused: 0,
    activations: 0,
    activationsReused: 0,
    trained: 0,
    trainedReused: 0,
  };
  const count = ({ computed, cached }: Activations) => {
    tally.activations += computed;
    tally.activationsReused += cached;
  };
  let backbone: Promise<Backbone> | undefined;
  let entered: Promise<void> | undefined;
  return {
    plan,
    tally,
    target: openTargetImages(plan.target, plan.experiment, on, count),
    on,
    verbose,
    count,
    backbone: () => {
      backbone ??= openBackbone(plan.backbone);
      return backbone;
    },
    enter: (items) => {
      const { out, experiment } = plan;
      const reason = `training of ${experiment.name} on its images`;
      entered ??= enterTraining(items, { out, keys: configsOf(plan).map(configKey), reason, on });
      return entered;
    },
  };
}

export const configsOf = ({ seeds, arms, configOf }: Plan) =>
  seeds.flatMap((seed) => arms.map((arm) => configOf(arm, seed)));

export function tellInputs({ target, backbone, setting }: Plan, on: OnEvent): void {
  const { card } = backbone.definition;
  on({ type: "note", text: `target: ${target.origin}` });
  on({
    type: "note",
    text: `backbone: ${card.name}, ${card.weights.pretraining}, from ${backbone.weights!.path} (${setting.backend} backend)`,
  });
}

/**
 * Claims an arm's run folder, or takes what is kept of it.
 * @returns whether the run is done already
 */
export async function claimArm(
  arm: Plan["arms"][number],
  seed: number,
  { out, report, configOf }: Plan,
  { state, kept }: Standing,
): Promise<boolean> {
  const config = configOf(arm, seed);
  const finished = await claimRun(out, config);
  if (kept) await takeKept(report, { out, config }, kept);
  if (finished && state === "to do") await discardRun(out, config);
  return state !== "to do";
}

/** Says which runs that are kept cannot be taken. */
export function tellOtherKeys(seed: number, found: ReadonlyMap<string, Standing>, on: OnEvent): void {
  const others = [...found].filter(([, { otherKey }]) => otherKey).map(([name]) => name);
  if (others.length === 0) return;
  const text = `seed ${seed}: what is kept beside the report has another key, and is trained anew: ${others.join(", ")}`;
  on({ type: "note", text });
}

/** Runs the background-only check where the experiment asks for it and it is not done. */
export async function runBackgroundCheck(
  seed: number,
  work: Work,
  context: RunContext | undefined,
): Promise<void> {
  const { plan } = work;
  const { source, background } = plan.experiment;
  const arm = backgroundArm(plan.arms);
  if (!background || !arm || !("scene" in source)) return;
  if (isBackgroundChecked(runFolder(plan.out, plan.configOf(arm, seed)), plan.target.dataset)) return;
  const scene = { scene: source.scene, ...background };
  await checkBackground(arm, scene, context ?? (await openContext(seed, work)));
}

export async function openContext(seed: number, work: Work): Promise<RunContext> {
  const { plan, tally, target, on, verbose } = work;
  const source = await plan.sources.get(seed)!.open(on);
  await work.enter([...source.train, ...source.val, ...plan.target.train]);
  tally.rendered += source.rendered;
  tally.rendersReused += source.reused;
  const images = openSourceImages(source, plan.experiment, on, work.count);
  return { plan, seed, backbone: await work.backbone(), source: images, target, on, verbose };
}

/** `antbee run --unit`: one part of an experiment, done where an engine put it, beside other parts on other machines. */
import { join } from "node:path";
import { withHead } from "../../adapt/backbones/model.js";
import type { Comparison } from "../../eval/comparison/schema.js";
import { failed } from "../shared/errors.js";
import { patiently } from "../shared/units/patience.js";
import { isGivenUp, readUnitStates, trackUnit } from "../shared/units/unit-state.js";
import { enterTraining, isOpened } from "./evaluate/sealed.js";
import { type Plan, planExperiment } from "./plan/plan.js";
import { type Standing, standings } from "./plan/standing.js";
import { findUnit, refuseFunctions, type Unit, unitNames } from "./plan/units.js";
import { evaluate, type RunOptions } from "./run.js";
import { hiddenSubjects, missingRenders, planScene } from "./source/source.js";
import { silent } from "./spec/events.js";
import { lineage } from "./spec/lineage.js";
import type { ExperimentSpec } from "./spec/schema.js";
import { configKey, runFolder } from "./store/store.js";
import { runArm } from "./train/arm.js";
import { backgroundArm, isBackgroundChecked } from "./train/background.js";
import { openSourceImages } from "./train/images.js";
import { shareActivations } from "./train/warm-up.js";
import { writeUnitPlan } from "./unit-plan.js";
import {
  claimArm,
  configsOf,
  openContext,
  openWork,
  runBackgroundCheck,
  tellInputs,
  tellOtherKeys,
  type Work,
} from "./work.js";

/** How a unit is run. */
export interface UnitOptions extends RunOptions {
  /** Seconds to wait for what other units are to have written; 0 where left out. */
  wait?: number;
}

/** What a unit did. */
export interface UnitResult {
  unit: string;
  /** The experiment's folder. */
  folder: string;
  /** Of the report alone, and where the target has labels. */
  report?: string;
  comparison?: Comparison | null;
}

/**
 * Does one unit of an experiment. What it builds on must be done; what it did itself is not done again.
 * @param name of a unit (`unitNames`), or "auto" for the one that an engine's array counts to
 * @throws bad input for no such unit, or an experiment that holds functions; a failure that names the unit that is missing
 */
export async function runUnit(
  spec: ExperimentSpec,
  name: string,
  options: UnitOptions = {},
): Promise<UnitResult> {
  refuseFunctions(spec, options);
  const plan = await planExperiment(spec, options, "plan");
  const { name: unit, unit: what } = findUnit(name, plan);
  const folder = join(plan.out, plan.experiment.name);
  await writeUnitPlan(folder, unitNames(plan));
  const done = await trackUnit(folder, unit, () => doUnit(what, { spec, plan, options }));
  return { unit, folder, ...done };
}

interface Doing {
  spec: ExperimentSpec;
  plan: Plan;
  options: UnitOptions;
}

async function doUnit(unit: Unit, doing: Doing): Promise<Pick<UnitResult, "report" | "comparison">> {
  switch (unit.kind) {
    case "inputs":
      await prepareInputs(doing);
      return {};
    case "renders":
      await render(unit.seed, doing);
      return {};
    case "activations":
      await prepareSeed(unit.seed, doing);
      return {};
    case "arm":
      await train(unit, doing);
      return {};
    case "report":
      return report(doing);
  }
}

/** Fetches what is not here, renders a stand-in, and computes the target's activations. */
async function prepareInputs({ spec, options }: Doing): Promise<void> {
  const plan = await planExperiment(spec, options, "run");
  tellInputs(plan, options.on ?? silent);
  const work = openUnit(plan, options);
  const [seed] = plan.seeds;
  const model = withHead(await work.backbone(), plan.sources.get(seed!)!.classes, seed!);
  await shareActivations(work.target, model, plan.arms);
}

/** Renders a seed's images, and those of the background-only check. */
async function render(seed: number, { plan, options }: Doing): Promise<void> {
  const { on = silent } = options;
  await plan.sources.get(seed)!.open(on);
  const hidden = await hiddenScene(seed, plan);
  await hidden?.open(on);
}

async function hiddenScene(seed: number, plan: Plan) {
  const { source, background } = plan.experiment;
  if (!background || !("scene" in source)) return undefined;
  return planScene({ scene: source.scene, ...background }, seed, { ...plan, change: hiddenSubjects });
}

async function prepareSeed(seed: number, doing: Doing): Promise<void> {
  const { options } = doing;
  const plan = await need(doing, (now) => unready(seed, now));
  const work = openUnit(plan, options);
  const source = await plan.sources.get(seed)!.open(work.on);
  const model = withHead(await work.backbone(), source.classes, seed);
  const images = openSourceImages(source, plan.experiment, work.on, work.count);
  await shareActivations(images, model, plan.arms);
}

async function train({ arm: name, seed }: Extract<Unit, { kind: "arm" }>, doing: Doing): Promise<void> {
  const parentsOf = ({ arms }: Plan) => lineage(armOf(name, arms), arms).slice(0, -1);
  const missing = async (now: Plan) =>
    (await unready(seed, now)) ?? (await unfinished(parentsOf(now), [seed], now));
  const plan = await need(doing, missing);
  const arm = armOf(name, plan.arms);
  const work = openUnit(plan, doing.options);
  const found = await standings(seed, plan);
  tellOtherKeys(seed, found, work.on);
  const done = await claimArm(arm, seed, plan, found.get(arm.name)!);
  const context = done ? undefined : await openContext(seed, work);
  if (context) {
    work.on({ type: "arm", seed, arm: arm.name, track: arm.track });
    await runArm(arm, context);
  }
  // In the folder of this arm's run, which no other unit writes to.
  if (arm === backgroundArm(plan.arms)) await runBackgroundCheck(seed, work, context);
}

const armOf = (name: string, arms: Plan["arms"]) => arms.find((one) => one.name === name)!;

/** The only unit that opens sealed labels, and writes the ledger. */
async function report(doing: Doing): Promise<Pick<UnitResult, "report" | "comparison">> {
  const { options } = doing;
  const missing = async (now: Plan) => (await unfinished(now.arms, now.seeds, now)) ?? unchecked(now);
  const plan = await need(doing, missing);
  const runs = configsOf(plan).map((config) => ({ folder: runFolder(plan.out, config) }));
  if (!plan.target.labelled) return { comparison: null };
  await enterWhatWasLearnedFrom(plan, runs, options);
  return { report: plan.report, comparison: await evaluate(plan, runs, options) };
}

/** As a run in one piece enters it before it trains: once, and before any label is opened. */
async function enterWhatWasLearnedFrom(
  plan: Plan,
  runs: readonly { folder: string }[],
  { on = silent }: UnitOptions,
): Promise<void> {
  if (runs.every(({ folder }) => isOpened(folder, plan.target.dataset))) return;
  const { train, val } = await plan.sources.get(plan.seeds[0]!)!.open(on);
  const keys = configsOf(plan).map(configKey);
  const reason = `training of ${plan.experiment.name} on its images`;
  await enterTraining([...train, ...val, ...plan.target.train], { out: plan.out, keys, reason, on });
}

/** Work that leaves the ledger to the report. */
function openUnit(plan: Plan, options: UnitOptions): Work {
  return { ...openWork(plan, options), enter: async () => undefined };
}

/**
 * Waits until the inputs are here and nothing else is missing; no longer for a unit that failed for good.
 * @param missing the name of a unit that is to be done first
 * @returns the plan as it is now
 * @throws a failure that names the unit that is missing, and its command
 */
async function need(
  { spec, plan, options }: Doing,
  missing: (plan: Plan) => Promise<string | undefined>,
): Promise<Plan> {
  const folder = join(plan.out, plan.experiment.name);
  let unit: string | undefined;
  const found = await patiently(options.wait ?? 0, async () => {
    const now = isPrepared(plan) ? plan : await planExperiment(spec, options, "plan");
    unit = isPrepared(now) ? await missing(now) : "inputs";
    if (unit === undefined) return now;
    const said = (await readUnitStates(folder)).get(unit);
    return said && isGivenUp(said) ? null : undefined;
  });
  if (found) return found;
  const command = `antbee run ${options.where ?? "EXPERIMENT"} --out ${plan.out} --unit ${unit}`;
  throw failed("--unit", `${unit} is to be done first: ${command}`);
}

/** Whether the target and the weights are here. */
const isPrepared = ({ target, backbone }: Plan): boolean =>
  target.toRender === 0 && !target.toFetch && backbone.weights !== null;

/** The unit that a seed's images still need. */
async function unready(seed: number, plan: Plan): Promise<string | undefined> {
  const hidden = await hiddenScene(seed, plan);
  for (const source of [plan.sources.get(seed)!, ...(hidden ? [hidden] : [])])
    if (source.renders > 0 && (await missingRenders(source)) > 0) return `renders/seed-${seed}`;
  return undefined;
}

async function unfinished(
  arms: Plan["arms"],
  seeds: readonly number[],
  plan: Plan,
): Promise<string | undefined> {
  for (const seed of seeds) {
    const found = await standings(seed, plan);
    const isOpen = ({ state, kept }: Standing) => state === "to do" || kept !== undefined;
    const open = arms.find(({ name }) => isOpen(found.get(name)!));
    if (open) return `arms/${open.name}/seed-${seed}`;
  }
  return undefined;
}

/** The unit whose background-only check is not done. */
function unchecked({ arms, seeds, experiment, target, out, configOf }: Plan): string | undefined {
  const arm = backgroundArm(arms);
  if (!experiment.background || !arm || !("scene" in experiment.source)) return undefined;
  const seed = seeds.find((one) => !isBackgroundChecked(runFolder(out, configOf(arm, one)), target.dataset));
  return seed === undefined ? undefined : `arms/${arm.name}/seed-${seed}`;
}

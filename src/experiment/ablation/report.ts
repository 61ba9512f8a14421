/** Finished runs of an ablation -> its report, without a model. */
import { join } from "node:path";
import { type AblationRun, describeAblation, type VariantInput } from "../../../eval/ablation/describe.js";
import type { Ablation } from "../../../eval/ablation/schema.js";
import { readPredictions } from "../../../eval/predictions/csv.js";
import { writeAblation } from "../../../eval/report/write-ablation.js";
import type { Predictions } from "../../shared/types.js";
import { checkEvidence } from "../store/run-files.js";
import { predictionsFile, readEnvironment, readRun, runFolder, SOURCE_PREDICTIONS } from "../store/store.js";
import { drawScenes } from "./pictures.js";
import type { AblationPlan } from "./plan.js";
import type { Variant } from "./variants.js";

/** Where it is written, and the command that reproduces it. */
export interface AblationReportPlace {
  report: string;
  command: string;
}

export async function reportAblation(
  plan: AblationPlan,
  { report, command }: AblationReportPlace,
): Promise<Ablation> {
  const { experiment, arms, setting, target, variants, seeds } = plan;
  const [whole, ...others] = await Promise.all(variants.map((variant) => variantInput(variant, plan)));
  const first = runFolder(plan.work, plan.configOf(variants[0]!, seeds[0]!));
  const { sha256 } = plan.sourceOf(variants[0]!, seeds[0]!);
  const ablation = describeAblation({
    experiment: experiment.name,
    arm: arms.at(-1)!.name,
    backend: setting.backend,
    target: { dataset: target.dataset, kind: target.kind, split: target.split, n: target.items.length },
    source: { scene: experiment.source.scene, sha256, held: experiment.source.val },
    backbone: setting.backbone,
    cautions: cautionsOf(plan),
    environment: { ...(await readEnvironment(first)), command },
    inputs: setting.inputs,
    variants: [whole!, ...others],
  });
  const predictions = predictionFiles([whole!, ...others]);
  await writeAblation(ablation, report, { predictions, sheet: await drawScenes(plan) });
  return ablation;
}

async function variantInput(variant: Variant, plan: AblationPlan): Promise<VariantInput> {
  const { change: _, ...described } = variant;
  const runs: AblationRun[] = [];
  for (const seed of plan.seeds) runs.push(await variantRun(variant, seed, plan));
  return { ...described, sha256: plan.sourceOf(variant, plan.seeds[0]!).sha256, runs };
}

async function variantRun(variant: Variant, seed: number, plan: AblationPlan): Promise<AblationRun> {
  const folder = runFolder(plan.work, plan.configOf(variant, seed));
  await checkEvidence(folder, await readRun(folder));
  const read = (dataset: string) => readPredictions(predictionsFile(folder, dataset));
  return { seed, renders: await read(SOURCE_PREDICTIONS), target: await read(plan.target.dataset) };
}

function predictionFiles(variants: readonly VariantInput[]): Record<string, Predictions> {
  const files = variants.flatMap(({ name, runs }) =>
    runs.flatMap(({ seed, renders, target }) =>
      [renders, target].map((of) => [join(name, `seed-${seed}`, of.dataset), of] as const),
    ),
  );
  return Object.fromEntries(files);
}

/** Seeds from which an ablation is stated. */
const STATED_FROM = 3;

function cautionsOf({ setting, target, seeds, variants }: AblationPlan): string[] {
  const { dataset, split } = target;
  return [
    ...(setting.caveats ?? []).map(({ statement }) => statement),
    `Measured on ${dataset} ${split}, which a renderer or an arm may have been developed on: what is chosen by this ablation is to be confirmed on images that it did not see. No image of the test split was opened.`,
    "A factor at its neutral value is one choice of value: another might cost more or less, and factors that make up for one another cost little when they are left out one by one.",
    ...(variants.some(({ kind }) => kind === "count")
      ? [
          "Training lasts as many epochs whatever the number of renders, so that more renders are more steps, too.",
        ]
      : []),
    ...(seeds.length < STATED_FROM
      ? [`Of fewer than ${STATED_FROM} seeds: an ablation is stated from so many.`]
      : []),
  ];
}

/** Roughly the time and disk that the runs of an ablation will take. */
import { augmentationsOf, type Cost, costOf } from "../plan/cost.js";
import { missingRenders } from "../source/source.js";
import { learns } from "../spec/phases.js";
import type { AblationPlan } from "./plan.js";
import type { Variant } from "./variants.js";

/** The work of runs that are not done; time and disk are upper bounds to an order of magnitude. */
export async function ablationCost(
  plan: AblationPlan,
  runs: readonly { variant: Variant; seed: number }[],
): Promise<Cost> {
  const { views, source } = plan.experiment;
  const folders = new Map<string, number>();
  for (const { variant, seed } of runs) {
    const planned = plan.sourceOf(variant, seed);
    const missing = await missingRenders(planned);
    folders.set(planned.folder, Math.max(missing, folders.get(planned.folder) ?? 0)); // counts share a folder
  }
  const trained = runs.reduce((sum, { variant }) => sum + variant.count, 0);
  const { toRender, items } = plan.target;
  return costOf({
    renders: [...folders.values()].reduce((sum, n) => sum + n, toRender),
    activations:
      trained * (views + 1) * augmentationsOf(plan.arms) +
      runs.length * source.val +
      (runs.length > 0 ? items.length + toRender : 0),
    deep: isDeep(plan),
    steps: trained * deepEpochs(plan),
    runs: runs.length,
  });
}

const isDeep = (plan: AblationPlan): boolean => deepEpochs(plan) > 0;

/** Epochs below the head, which are what costs time. */
const deepEpochs = ({ arms }: AblationPlan): number =>
  arms
    .flatMap(({ phases }) => phases.filter(learns))
    .reduce((sum, phase) => sum + (phase.train === "head" ? 0 : phase.epochs), 0);

/** An experiment that was checked: its arms in order, their methods made, each within its track's label budget. */
import type { AnyMethod } from "../../../adapt/methods/method.js";
import { invalid, note } from "../../shared/errors.js";
import { check, readYaml } from "../../shared/schema.js";
import { checkAugment, type NamedAugmentation, namedAugmentation } from "./augment.js";
import { checkBudget } from "./budget.js";
import { withDraws } from "./draws.js";
import { checkFamily } from "./family.js";
import { lineage, parentsFirst } from "./lineage.js";
import { type Methods, methodOf } from "./methods.js";
import { type ArmSpec, type CheckedSpec, type ExperimentSpec, experimentSchema } from "./schema.js";

/** An arm: its phases or its method, and the label budget that its track gives it. */
export type Arm = Omit<ArmSpec, "method" | "augment"> & {
  name: string;
  method?: AnyMethod;
  augment?: NamedAugmentation;
};

/** A checked experiment, defaults filled in. */
export type Experiment = Omit<CheckedSpec, "arms" | "backbone"> & {
  backbone: Omit<CheckedSpec["backbone"], "name"> & { name: string };
  /** Parents before children; the zero-training bound comes first, as every report carries it. */
  arms: Arm[];
};

export interface CheckOptions {
  /** What errors call the experiment; its file. */
  where?: string;
  /** The backbone to take of a list, or in place of the experiment's own; the first where left out. */
  backbone?: string;
  /** Methods of one's own, by the names that arms give them; in place of the registry's where the names are equal. */
  methods?: Methods;
}

/** Reads an experiment file. @throws bad input that names the place */
export async function loadExperiment(path: string): Promise<ExperimentSpec> {
  return readYaml(experimentSchema, path);
}

/** The backbones that an experiment lists; there is an experiment for each. */
export const backbonesOf = ({ backbone }: ExperimentSpec): string[] => [backbone.name].flat();

/** @throws bad input that names the place */
export function checkExperiment(spec: ExperimentSpec, options: CheckOptions = {}): Experiment {
  const { where = "experiment", methods = {} } = options;
  const { arms, ...rest } = check(experimentSchema, spec, where);
  if (new Set(rest.seeds).size < rest.seeds.length)
    throw invalid(`${where}: seeds`, "each seed once", rest.seeds);
  if (rest.background && !("scene" in rest.source))
    throw invalid(
      `${where}: background`,
      "a scene for a source, whose subjects are hidden",
      note("a dataset"),
    );
  const named = Object.entries(arms).map(
    ([name, { augment, ...arm }]): Arm => ({
      name,
      ...arm,
      method: methodOf(arm, methods, `${where}: arms.${name}`),
      ...(augment === undefined ? {} : { augment: namedAugmentation(augment, `${where}: arms.${name}`) }),
    }),
  );
  const parents = parentsFirst(named, where);
  const ordered = parents.map((one) => withDraws(one, lineage(one, parents), where));
  for (const one of ordered) {
    checkBudget(one, lineage(one, ordered), where);
    checkAugment(one, rest.views, where);
  }
  const all = withZeroTraining(ordered);
  checkFamily(rest.family, all, where);
  return { ...withBackbone(rest, options.backbone), arms: all };
}

/** One experiment of a list: named after its backbone where the list has several, or another is asked for. */
function withBackbone(
  { name, backbone, ...rest }: Omit<CheckedSpec, "arms">,
  wanted: string | undefined,
): Omit<Experiment, "arms"> {
  const chosen = wanted ?? [backbone.name].flat()[0]!;
  return {
    ...rest,
    name: chosen === backbone.name ? name : `${name}-${chosen}`,
    backbone: { ...backbone, name: chosen },
  };
}

function withZeroTraining(arms: Arm[]): Arm[] {
  if (arms.some((a) => a.track === "zero-training")) return arms;
  return [{ name: "zero-training", track: "zero-training", phases: [] }, ...arms];
}

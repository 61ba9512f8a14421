/** Methods in experiments: which one an arm names, and its run on what the arm's track may see. */

import type { Model } from "../../adapt/backbones/model.js";
import type { LabelledInput, Method, SourceInput } from "../../adapt/methods/method.js";
import { methodCut, notApplicable } from "../../adapt/methods/method.js";
import { methods as registry } from "../../adapt/methods/registry.js";
import type { Arm } from "../config/experiment.js";
import { withoutLabels } from "../shared/dataset.js";
import { invalid } from "../shared/errors.js";
import { sha256, writeAtomic } from "../shared/files.js";
import type { LabeledItem, UnlabeledItem } from "../shared/types.js";
import type { Features } from "./features.js";
import type { Source } from "./sources.js";
import { validatorsFile } from "./store.js";
import type { Target } from "./target.js";
import { openValidatorLog } from "./validator-log.js";

/** A method whatever its input: the track says what it is given. */
export type AnyMethod = Method | Method<SourceInput> | Method<LabelledInput>;

/** Methods by name; a user's own stand beside the registry's. */
export type Methods = Readonly<Record<string, AnyMethod>>;

export const withRegistry = (own: Methods = {}): Methods => ({ ...registry, ...own });

/** The method that an arm names. @throws bad input where its track has no such method */
export function methodOf(arm: Arm, methods: Methods): Method<LabelledInput> {
  const available = Object.entries(methods).filter(([, method]) => method.track === arm.track);
  const method = available.find(([name]) => name === arm.method)?.[1];
  const names = available.map(([name]) => name).join(", ");
  if (!method) throw invalid(`arms.${arm.name}.method`, `one of ${names}`, arm.method);
  return method as Method<LabelledInput>;
}

/** Why an arm's method is n/a on a backbone, or null. */
export const whyNotApplicable = (arm: Arm, methods: Methods, card: Model["card"]): string | null =>
  arm.method === undefined ? null : notApplicable(methodOf(arm, methods) as Method, card);

/** Hashes of the methods of one's own that arms name, for their runs' configurations; undefined where they name none. */
export function ownMethods(arms: readonly Arm[], methods: Methods): Record<string, string> | undefined {
  const own = arms.flatMap(({ method: name }) => {
    const method = name === undefined ? undefined : methods[name];
    if (!method || Object.values<AnyMethod>(registry).includes(method)) return [];
    return [[name!, sha256(`${method.reference}\n${method.run}`)] as const];
  });
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

interface AdaptationInputs {
  arm: Arm;
  methods: Methods;
  /** The run's folder. */
  folder: string;
  seed: number;
  features: Features;
  source: Source;
  target: Target;
  /** The labelled target images that the track may see. */
  shots: readonly LabeledItem[];
}

/** Runs the arm's method. A method of the unlabelled track is given items that have no label. */
export async function adapt(model: Model, inputs: AdaptationInputs): Promise<Model> {
  const { arm, methods, folder, seed, features, source, target, shots } = inputs;
  const method = methodOf(arm, methods);
  const cut = methodCut(method as Method, model.card);
  const at = async <T extends UnlabeledItem>(items: readonly T[], views: "training" | "evaluation") => ({
    items,
    activations: await features.of(items, cut, model, views),
  });
  const unlabelled = await at(withoutLabels(target.train), "training");
  const log = openValidatorLog(
    await at(source.val, "evaluation"),
    unlabelled,
    new Map(target.train.map(({ id, label }) => [id, label])),
  );
  const common = {
    model,
    seed,
    source: await at(method.needs.source === "labels" ? source.train : [], "training"),
    onCheckpoint: log.add,
  };
  const adapted =
    method.needs.target === "labels"
      ? await method.run({ ...common, target: await at(shots, "training") })
      : await (method as Method).run({ ...common, target: unlabelled });
  await writeAtomic(validatorsFile(folder), log.lines());
  return adapted;
}

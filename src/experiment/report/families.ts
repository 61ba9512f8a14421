/** The families of finished runs, as they were declared when the runs were made. */
import type { FamilyInput } from "../../../eval/comparison/input.js";
import { distinct } from "../../shared/group.js";
import type { Family } from "../spec/family.js";
import { type ArmRuns, experimentsOf } from "./arm-runs.js";

/**
 * One for every experiment whose runs recorded any. Where they recorded different ones, all the arms that were ever in
 * one: what is declared after a look at results corrects for what was there before.
 */
export function familiesOf(arms: readonly ArmRuns[]): FamilyInput[] {
  const runs = arms.flatMap((arm) => arm.runs);
  const experiments = experimentsOf(runs);
  return experiments.flatMap((experiment) => {
    const own = runs.filter(({ record }) => record.experiment === experiment);
    const recorded = distinct(own.flatMap(({ record }) => record.family ?? []));
    if (recorded.length === 0) return [];
    const several = experiments.length > 1;
    const inReport = (name: string) => (several ? `${experiment}/${name}` : name);
    const names = distinct(recorded.flatMap((family: Family) => family.arms));
    const pairs = distinct(recorded.flatMap((family: Family) => family.pairs ?? []));
    return [
      {
        ...(several ? { experiment } : {}),
        arms: names.map(inReport),
        pairs: pairs.map(({ arm, against }) => ({ arm: inReport(arm), against: inReport(against) })),
        declared: recorded.every(({ declared }) => declared),
        changed: recorded.length > 1,
      },
    ];
  });
}

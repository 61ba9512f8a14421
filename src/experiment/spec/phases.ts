/** Which domains a phase learns on, and with what weight of their loss. */
import type { ArmPhase, AveragePhase, LearningPhase } from "./schema.js";

/** Of target labels, at most, by which epochs are chosen. */
export const FOLDS = 5;

export type DomainName = "source" | "target";

export const isAverage = (phase: ArmPhase): phase is AveragePhase => "average" in phase;

export const learns = (phase: ArmPhase): phase is LearningPhase => !isAverage(phase);

/** The domains' weights; one that is absent is not learned on. */
export function weightsOf({ on }: LearningPhase): Partial<Record<DomainName, number>> {
  if (typeof on === "string") return { [on]: 1 };
  return Array.isArray(on) ? { source: 1, target: 1 } : on;
}

/** The domains that a phase learns on; none for an average. */
export const domainsOf = (phase: ArmPhase): DomainName[] =>
  learns(phase) ? (Object.keys(weightsOf(phase)) as DomainName[]) : [];

export const learnsOn = (phase: ArmPhase, domain: DomainName): boolean => domainsOf(phase).includes(domain);

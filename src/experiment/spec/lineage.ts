/** Arms that start from one another. */
import { invalid, note } from "../../shared/errors.js";
import type { Arm } from "./experiment.js";
import { learnsOn } from "./phases.js";

/** The arm and its ancestors, the oldest first. */
export function lineage(one: Arm, arms: readonly Arm[]): Arm[] {
  const parent = arms.find((other) => other.name === one.from);
  return parent ? [...lineage(parent, arms), one] : [one];
}

/** Whether the arm, or one it starts from, ever sees a synthetic image. A method starts from what learned on some. */
export function usesSynthetic(one: Arm, arms: readonly Arm[]): boolean {
  return lineage(one, arms).some(
    ({ method, phases }) => method !== undefined || phases.some((p) => learnsOn(p, "source")),
  );
}

/** Parents before children. @throws bad input for a parent that is not there, or a circle */
export function parentsFirst(arms: readonly Arm[], where: string): Arm[] {
  const ordered: Arm[] = [];
  const visit = (one: Arm, below: string[]) => {
    if (ordered.includes(one)) return;
    if (below.includes(one.name))
      throw invalid(`${where}: arms.${one.name}.from`, "no circle", note([...below, one.name].join(" -> ")));
    if (one.from) visit(parentOf(one, arms, where), [...below, one.name]);
    ordered.push(one);
  };
  for (const one of arms) visit(one, []);
  return ordered;
}

function parentOf(one: Arm, arms: readonly Arm[], where: string): Arm {
  const parent = arms.find((other) => other.name === one.from);
  if (!parent) throw invalid(`${where}: arms.${one.name}.from`, "the name of another arm", one.from);
  return parent;
}

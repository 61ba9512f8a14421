/** `units.json` in an experiment's folder: the names of its units, so that the folder alone tells what is left. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { invalid, note } from "../shared/errors.js";
import { canonicalJson, writeJson } from "../shared/files.js";
import { readCheckedJson, relativePath } from "../shared/schema.js";
import { readUnitStates, type UnitState } from "../shared/units/unit-state.js";

const unitPlan = z.strictObject({
  schema: z.literal(1),
  kind: z.literal("antbee-units"),
  units: z.array(relativePath).min(1),
});

export const UNIT_PLAN = "units.json";

/** Every unit says the same. */
export async function writeUnitPlan(folder: string, units: readonly string[]): Promise<void> {
  const path = join(folder, UNIT_PLAN);
  const wanted = { schema: 1, kind: "antbee-units", units } as const;
  const found = existsSync(path) ? await readCheckedJson(unitPlan, path) : undefined;
  if (!found || canonicalJson(found) !== canonicalJson(wanted)) await writeJson(path, wanted);
}

/** A unit of an experiment, as its folder tells. */
export interface UnitStatus {
  unit: string;
  /** From 1: its number where one array runs all units. */
  number: number;
  state: "done" | "running" | "failed" | "left";
  detail?: string;
  seconds?: number;
}

/** @throws bad input where the folder's experiment was never split into units */
export async function experimentStatus(folder: string): Promise<UnitStatus[]> {
  const path = join(folder, UNIT_PLAN);
  if (!existsSync(path)) throw invalid(folder, "an experiment that runs in units", note("no units.json"));
  const { units } = await readCheckedJson(unitPlan, path);
  const states = await readUnitStates(folder);
  return units.map((unit, i) => ({ unit, number: i + 1, ...stateOf(folder, unit, states.get(unit)) }));
}

/** A run's record says more than its unit: another call may have done it. */
function stateOf(
  folder: string,
  unit: string,
  said: UnitState | undefined,
): Omit<UnitStatus, "unit" | "number"> {
  const recorded =
    unit.startsWith("arms/") && existsSync(join(folder, unit.slice("arms/".length), "run.json"));
  if (said?.state === "done" || (recorded && said?.state !== "running"))
    return { state: "done", seconds: said?.seconds };
  if (!said) return { state: "left" };
  const place = said.job ? `${said.host}, job ${said.job}` : said.host;
  if (said.lost) return { state: "failed", detail: `no sign of it on ${place}` };
  if (said.state === "running") return { state: "running", detail: `on ${place}` };
  return { state: "failed", detail: said.error };
}

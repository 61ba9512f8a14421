/** Which unit of an array this process is: engines say it in an environment variable. */
import { invalid, note } from "../errors.js";

/** Slurm's arrays are counted from 1 here; Kubernetes counts the pods of an Indexed Job from 0. */
const VARIABLES = [
  { name: "SLURM_ARRAY_TASK_ID", first: 1 },
  { name: "JOB_COMPLETION_INDEX", first: 0 },
] as const;

/**
 * The unit's number, from 1 to `of`, where an engine started this process. How many units there are is never read from
 * the array: a part of it may be run again by itself.
 * @param where the flag that asks, for messages
 * @throws bad input where no engine says a number, or one outside that range
 */
export function arrayIndex(where: string, of: number, env: NodeJS.ProcessEnv = process.env): number {
  const found = VARIABLES.find(({ name }) => env[name] !== undefined && env[name] !== "");
  if (!found) {
    const names = VARIABLES.map(({ name }) => name).join(" or ");
    throw invalid(where, `${names} in the environment`, note("neither"));
  }
  const { name, first } = found;
  const text = env[name]!;
  const index = /^\d+$/.test(text) ? Number(text) - first : Number.NaN;
  if (!(index >= 0 && index < of))
    throw invalid(name, `a number from ${first} to ${of - 1 + first}, for ${of} in all`, text);
  return index + 1;
}

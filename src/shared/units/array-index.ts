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
  const found = VARIABLES.filter(({ name }) => env[name] !== undefined && env[name] !== "");
  if (found.length === 0) {
    const names = VARIABLES.map(({ name }) => name).join(" or ");
    throw invalid(where, `${names} in the environment`, note("neither"));
  }
  const [index, other = index] = found.map((variable) => indexOf(variable, env, of));
  if (other !== index)
    throw invalid(
      where,
      "one number in the environment",
      note(found.map(({ name }) => `${name}=${env[name]}`).join(" ")),
    );
  return index! + 1;
}

function indexOf({ name, first }: (typeof VARIABLES)[number], env: NodeJS.ProcessEnv, of: number): number {
  const text = env[name]!;
  const index = /^(0|[1-9]\d*)$/.test(text) ? Number(text) - first : Number.NaN;
  if (!(index >= 0 && index < of))
    throw invalid(name, `a number from ${first} to ${of - 1 + first}, for ${of} in all`, text);
  return index;
}

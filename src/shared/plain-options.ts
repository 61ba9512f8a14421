/** Options as JSON: what a key can hold whole. */
import { isDeepStrictEqual } from "node:util";

/** Whether options were declared, and JSON gives them back as they are; a function or a NaN among them would be lost. */
export function plainOptions(options: object | undefined): boolean {
  if (options === undefined) return false;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return isDeepStrictEqual(JSON.parse(JSON.stringify(given)), given);
}

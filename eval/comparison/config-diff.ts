/** What changed between experiments: the paths at which their configurations differ. */
import { canonicalJson } from "../../src/shared/files.js";

/** A path such as `arms.full-low-lr.phases.0.lr`, and its value in every configuration, undefined where absent. */
export interface ConfigChange {
  path: string;
  values: unknown[];
}

/** The leaves that are not equal in every configuration, by path; empty objects and lists count as leaves. */
export function configDiff(configs: readonly unknown[]): ConfigChange[] {
  const flat = configs.map((config) => new Map(leaves(config, [])));
  const paths = [...new Set(flat.flatMap((leaf) => [...leaf.keys()]))].sort();
  return paths
    .map((path) => ({ path, values: flat.map((leaf) => leaf.get(path)) }))
    .filter(({ values }) => new Set(values.map(canonicalJson)).size > 1);
}

function leaves(value: unknown, path: string[]): [string, unknown][] {
  const inside = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (inside.length === 0) return path.length === 0 ? [] : [[path.join("."), value]];
  return inside.flatMap(([key, child]) => leaves(child, [...path, key]));
}

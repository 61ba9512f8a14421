/** Grouping of lists, in order of first appearance (Node 20 has no Map.groupBy). */
import { canonicalJson } from "./files.js";

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/** Each value once, whatever the order of its keys. */
export function distinct<T>(values: readonly T[]): T[] {
  return groupBy(values, canonicalJson).map(([first]) => first!);
}

/** Consecutive parts of at most `size` items. */
export function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** The name that somebody probably meant. */

/** Of so many letters at most one third may be wrong, and never more than two. */
const allowed = (name: string): number => Math.min(2, Math.floor(name.length / 3));

/** The known name that is fewest edits away, if they are few enough to be a slip; undefined otherwise. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [first] = known
    .map((one) => ({ one, edits: editsBetween(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, edits }) => one !== name && edits <= allowed(one))
    .sort((a, b) => a.edits - b.edits);
  return first?.one;
}

/**
 * Letters to put in, take out, replace or swap with their neighbour (optimal string alignment: Damerau 1964, where no part
 * is edited twice).
 */
export function editsBetween(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1]!;
      const replaced = above[j - 1]! + Number(a[i - 1] !== b[j - 1]);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edits = [
        above[j]! + 1,
        row[j - 1]! + 1,
        replaced,
        ...(swapped ? [rows[i - 2]![j - 2]! + 1] : []),
      ];
      row.push(Math.min(...edits));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

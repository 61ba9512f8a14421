/** The headline table as Markdown, for the terminal and `report.md`. */
import { TRACKS, type Track } from "../../src/shared/types.js";
import { NONE, orNone, percent, percentInterval, pointsInterval, withMethod } from "../comparison/format.js";
import type { Arm, Comparison } from "../comparison/schema.js";

/** What a track may see, in words. */
export const TRACK_BUDGETS: Record<Track, string> = {
  "zero-training": "no training at all",
  "source-only": "renders only, no target image",
  unlabelled: "renders and target images without labels",
  "k-shot": "k target labels a class",
  full: "renders and all target labels",
  oracle: "all target labels, no render",
};

/** Arms grouped by track, in the order of label budgets and then of the experiment. */
export function armsByTrack(arms: readonly Arm[]): { track: Track; arms: Arm[] }[] {
  return TRACKS.map((track) => ({ track, arms: arms.filter((arm) => arm.track === track) })).filter(
    (group) => group.arms.length > 0,
  );
}

/** The same arms in that order, without their groups. */
export const armsInOrder = (arms: readonly Arm[]): Arm[] => armsByTrack(arms).flatMap((group) => group.arms);

const COLUMNS = [
  "track",
  "arm",
  "seeds",
  "source before",
  "source after",
  "target [95%]",
  "gap [95%]",
  "gap closed [95%]",
];

/** One row an arm; shares in percent, gaps in percentage points. */
export function markdownTable({ arms }: Pick<Comparison, "arms">): string {
  const rows = armsByTrack(arms).flatMap((group) => group.arms.map((arm, i) => cells(arm, i === 0)));
  return markdown(COLUMNS, rows);
}

/** `source before -> after` of an arm: what adaptation forgot shows. */
export function sourceCells({ source }: Pick<Arm, "source">): [before: string, after: string] {
  return [orNone(source.before, (x) => percent(x.mean)), orNone(source.accuracy, (x) => percent(x.mean))];
}

function cells(arm: Arm, firstOfTrack: boolean): string[] {
  return [
    firstOfTrack ? arm.track : "",
    arm.name,
    String(arm.seeds.length),
    ...sourceCells(arm),
    withMethod(percentInterval)(arm.target.accuracy),
    orNone(arm.gap, withMethod(pointsInterval)),
    orNone(arm.gapClosed, withMethod(percentInterval)),
  ];
}

/** A Markdown table whose columns line up as plain text too. */
export function markdown(columns: readonly string[], rows: readonly string[][]): string {
  const safe = rows.map((row) => row.map(markdownText));
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...safe.map((row) => row[i]!.length), NONE.length),
  );
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(columns), `|${widths.map((w) => "-".repeat(w + 2)).join("|")}|`, ...safe.map(line)].join("\n");
}

/** Text that Markdown shows as it is. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*<>|]/g, "\\$&").replace(/\s+/g, " ");
}

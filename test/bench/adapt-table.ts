/** The benchmark's table: a line a row and side, times beside PyTorch's. */
import { SIDES, type Side, type Summary } from "./row.js";

export type Line = [what: string, sides: Partial<Record<Side, Summary>>];

const HEAD = ["", "", "wall", "CPU", "wall : PyTorch", "CPU : PyTorch", "peak", ""];

export function table(lines: readonly Line[]): string {
  const rows = [HEAD, ...lines.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")).join("\n");
}

const rowsOf = ([what, sides]: Line): string[][] =>
  SIDES.filter((side) => sides[side]).map((side, i) => {
    const { seconds, cpuSeconds, peakBytes, told } = sides[side]!;
    const torch = side === "PyTorch" ? undefined : sides.PyTorch;
    return [
      i === 0 ? what : "",
      side,
      `${seconds.toFixed(3)} s`,
      `${cpuSeconds.toFixed(3)} s`,
      torch ? `${(seconds / torch.seconds).toFixed(2)}x` : "",
      torch ? `${(cpuSeconds / torch.cpuSeconds).toFixed(2)}x` : "",
      peakBytes ? `${(peakBytes / 2 ** 20).toFixed(0)} MiB` : "",
      noteOf(told, torch?.told),
    ];
  });

function noteOf({ accuracy, losses }: Summary["told"], theirs: Summary["told"] | undefined): string {
  if (accuracy !== undefined) return `accuracy ${accuracy.toFixed(3)}`;
  if (!losses || !theirs?.losses) return "";
  const apart = losses.map((loss, i) => Math.abs(loss / theirs.losses![i]! - 1));
  return `losses within ${Math.max(...apart).toExponential(0)}`;
}

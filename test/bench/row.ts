/** A line of the benchmark's table, and what its sides took. */
import { spawnSync } from "node:child_process";
import { type Measured, measure } from "./process.js";
import { median, type Times } from "./stopwatch.js";

export const SIDES = ["native", "wasm", "PyTorch"] as const;
/** antbee on TensorFlow's own engine and on WebAssembly, and what it is held against. */
export type Side = (typeof SIDES)[number];

/** Debian's, with its PyTorch. */
export const PYTHON = "/usr/bin/python3";

export const HAS_TORCH = spawnSync(PYTHON, ["-c", "import torchvision"]).status === 0;

/** PyTorch's threads wait asleep, else they would spin where other processes want the cores. */
const ENVIRONMENTS: Record<Side, NodeJS.ProcessEnv> = {
  native: { ANTBEE_BACKEND: "tensorflow" },
  wasm: { ANTBEE_BACKEND: "wasm" },
  PyTorch: { OMP_WAIT_POLICY: "PASSIVE" },
};

export interface Command {
  program: string;
  args: string[];
}

export interface Row {
  what: string;
  /** All of them where left out. */
  sides?: readonly Side[];
  /** The most turns that each side takes, for rows that take long; as many as are asked for where left out. */
  rounds?: number;
  /** Whether the row is what the process tells of itself, rather than the whole process. */
  inner?: boolean;
  command(side: Side, round: number): Command;
  /** Run before a side's first turn. */
  prepare?(side: Side): Promise<unknown>;
}

/** What a side's process may print. */
export interface Told extends Partial<Times> {
  accuracy?: number;
  losses?: number[];
}

export interface Summary extends Times {
  /** The largest over the rounds. */
  peakBytes: number | null;
  told: Told;
}

export const run = (side: Side, { program, args }: Command): Promise<Measured<Told>> =>
  measure<Told>(program, args, ENVIRONMENTS[side]);

/** Medians over the rounds. */
export function summarise({ inner }: Row, turns: readonly Measured<Told>[]): Summary {
  const of = (part: keyof Times) => median(turns.map((turn) => (inner ? turn.result[part]! : turn[part])));
  return {
    seconds: of("seconds"),
    cpuSeconds: of("cpuSeconds"),
    peakBytes: Math.max(...turns.map(({ peakBytes }) => peakBytes ?? 0)) || null,
    told: turns[0]!.result,
  };
}

/** Progress on standard error: a bar with a rate and a remaining time on a terminal, plain lines elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import type { OnProgress } from "./types.js";

const PLAIN_LINE_EVERY_MS = 10_000;

/** An `OnProgress` that shows `label`; the bar closes by itself when `done` reaches `total`. */
export function showProgress(label: string, output: NodeJS.WriteStream = process.stderr): OnProgress {
  return output.isTTY ? bar(label, output) : plainLines(label, output);
}

function bar(label: string, output: NodeJS.WriteStream): OnProgress {
  const format = `${label} {bar} {value}/{total} | {rate}/s | {eta_formatted} left`;
  const single = new SingleBar({ format, stream: output, hideCursor: true }, Presets.shades_grey);
  const started = performance.now();
  let open = false;
  return (done, total) => {
    if (!open) single.start(total, done, { rate: "-" });
    open = true;
    single.update(done, { rate: rate(done, started).toFixed(1) });
    if (done >= total) single.stop();
  };
}

function plainLines(label: string, output: NodeJS.WriteStream): OnProgress {
  const started = performance.now();
  let last = started;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - last < PLAIN_LINE_EVERY_MS) return;
    last = now;
    const perSecond = rate(done, started);
    const left = done < total ? `, ${Math.ceil((total - done) / perSecond)} s left` : "";
    output.write(`${label} ${done}/${total} (${perSecond.toFixed(1)}/s${left})\n`);
  };
}

function rate(done: number, started: number): number {
  return done / Math.max(1e-3, (performance.now() - started) / 1000);
}

/** One line for people, on standard error: standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Wall time and processor time of what is done again and again. */

export interface Times {
  seconds: number;
  /** Of all threads. */
  cpuSeconds: number;
}

export function stopwatch() {
  const taken: Times[] = [];
  const start = () => {
    const [started, used] = [performance.now(), process.cpuUsage()];
    return () => {
      const { user, system } = process.cpuUsage(used);
      taken.push({ seconds: (performance.now() - started) / 1e3, cpuSeconds: (user + system) / 1e6 });
    };
  };
  return {
    start,
    run: <T>(work: () => T): T => {
      const stop = start();
      const result = work();
      stop();
      return result;
    },
    /** Without the first, which warms up. */
    medians: (): Times => {
      const of = (part: keyof Times) => median(taken.slice(1).map((times) => times[part]));
      return { seconds: of("seconds"), cpuSeconds: of("cpuSeconds") };
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

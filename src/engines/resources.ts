/** What units ask an engine for: an estimate with a margin, or what the user says. */
import type { Resources } from "./workflow.js";

/** An engine ends what takes longer than asked for, so that estimates are taken so many times over. */
const MARGIN = 3;
const LEAST_MINUTES = 15;

/** What the user says instead of the estimate. */
export type Overrides = Partial<Resources>;

/** @param seconds an estimate for one unit on so many cores */
export function resourcesFor(
  seconds: number,
  { memoryGiB, cores }: Omit<Resources, "minutes">,
  overrides: Overrides = {},
): Resources {
  return {
    minutes: overrides.minutes ?? Math.max(LEAST_MINUTES, Math.ceil((MARGIN * seconds) / 60)),
    memoryGiB: overrides.memoryGiB ?? memoryGiB,
    cores: overrides.cores ?? cores,
  };
}

/** An estimate for people. */
export function describeSeconds(seconds: number): string {
  if (seconds < 5400) return `${Math.max(1, Math.ceil(seconds / 60))} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

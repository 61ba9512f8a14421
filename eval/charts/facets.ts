/** Small multiples: one small chart an arm. */
import * as Plot from "@observablehq/plot";
import type { Arm } from "../report-schema.js";

/** Small multiples side by side, as many as the width holds. */
export function facets(arms: Arm[], width: number, least: number) {
  const columns = Math.max(1, Math.min(arms.length, Math.floor(width / least)));
  const at = (name: string) => arms.findIndex((arm) => arm.name === name);
  const position = {
    fx: (d: { name: string }) => at(d.name) % columns,
    fy: (d: { name: string }) => Math.floor(at(d.name) / columns),
  };
  const names = Plot.text(arms, {
    ...position,
    text: "name",
    frameAnchor: "top-left",
    textAnchor: "start",
    dy: -14,
    fontSize: 12,
  });
  return {
    position,
    names,
    rows: Math.ceil(arms.length / columns),
    scales: { fx: { axis: null, padding: 0.14 }, fy: { axis: null, padding: 0.28 } } as const,
  };
}

export const FACET_MARGINS = { marginTop: 40, marginLeft: 36, marginBottom: 36, marginRight: 12 };

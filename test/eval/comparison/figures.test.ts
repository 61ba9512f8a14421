import { describe, it } from "vitest";
import { compareArms } from "../../../eval/comparison/compare.js";
import type { Comparison } from "../../../eval/comparison/schema.js";
import type { Interval } from "../../../src/shared/types.js";
import { expectGolden } from "../golden.js";
import { madeUpInput } from "../made-up.js";

const number = (x: number) => String(Number(x.toPrecision(10)));
const interval = (x: Interval | null) =>
  x
    ? `${number(x.mean)} [${number(x.low)}, ${number(x.high)}] ${x.values.map(number).join(" ")} (${x.method})`
    : "none";

function lines({ arms, pairs, uplift }: Comparison): string[] {
  return [
    ...arms.flatMap(({ name, source, target, gap, gapClosed }) => [
      `${name}: target ${interval(target.accuracy)}`,
      `${name}: source ${interval(source.accuracy)}, before ${interval(source.before)}`,
      `${name}: gap ${interval(gap)}, closed ${interval(gapClosed)}`,
      `${name}: ${[target.ece, target.eceFloor, target.nll, target.brier].map(number).join(" ")}`,
      ...target.perClass.map((c) => `${name}: ${c.class} ${interval(c.recallInterval)}`),
    ]),
    ...pairs.flatMap(({ a, b, difference, p, pAdjusted, shown, mcnemar }) => [
      `${a} - ${b}: ${interval(difference)}`,
      `  p ${p && number(p)}, Holm ${pAdjusted && number(pAdjusted)}, ${shown ? "shown" : "not shown"}`,
      ...mcnemar.map(({ seed, b, c, p, pHolm }) => `  seed ${seed}: ${b} ${c} ${number(p)} ${number(pHolm)}`),
    ]),
    ...uplift.map(({ k, difference }) => `uplift at ${k}: ${interval(difference)}`),
  ];
}

describe("the figures of a comparison", () => {
  it("are as before", () => {
    const comparison = compareArms(madeUpInput([0, 1, 2]));
    expectGolden(`${lines(comparison).join("\n")}\n`, "comparison.txt");
  });
});

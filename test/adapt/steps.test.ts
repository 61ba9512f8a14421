/** Twenty steps of training beside PyTorch's on the same numbers. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { backboneDefinition } from "../../adapt/backbones/definition.js";
import { useBackend } from "../../adapt/backend/backend.js";
import { parametersOf } from "../../adapt/layers/network.js";
import { formulaWeights } from "./formula.js";
import { type Steps, takeSteps } from "./steps.js";

const { curves } = JSON.parse(
  readFileSync(new URL("../fixtures/adapt/steps.json", import.meta.url), "utf8"),
) as { curves: (Steps & { losses: number[] })[] };

beforeAll(() => useBackend());

describe("the first twenty steps", () => {
  it.each(curves)("of $network, $how, lose what PyTorch's do within a thousandth", ({ losses, ...plan }) => {
    const weights = formulaWeights(parametersOf(backboneDefinition(plan.network).network(2)));
    const found = takeSteps(plan, weights);
    expect(found).toHaveLength(losses.length);
    for (const [i, loss] of losses.entries())
      expect(Math.abs(found[i]! - loss) / loss, `step ${i + 1}`).toBeLessThan(1e-3);
  });
});

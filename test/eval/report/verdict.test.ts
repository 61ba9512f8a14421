import { describe, expect, it } from "vitest";
import { compareArms } from "../../../eval/comparison/compare.js";
import type { Comparison } from "../../../eval/comparison/schema.js";
import { cardSvg } from "../../../eval/report/card.js";
import { adaptedArm, keyArms, overviewArms } from "../../../eval/report/key-arms.js";
import { renderMarkdown } from "../../../eval/report/markdown.js";
import { summaryParts } from "../../../eval/report/summary.js";
import { firstCautions, keyNumbers, verdict } from "../../../eval/report/verdict.js";
import { madeUpInput } from "../made-up.js";

const comparison = compareArms(madeUpInput());

/** The same with one family that the experiment file declares. */
const declared = (...names: string[]): Comparison =>
  compareArms(madeUpInput(undefined, { families: [{ arms: names, declared: true, changed: false }] }));

const only = (...names: string[]): Comparison => {
  const input = madeUpInput();
  return compareArms({ ...input, arms: input.arms.filter(({ name }) => names.includes(name)) });
};

describe("the verdict", () => {
  it("names what moves, by how much and against what", () => {
    expect(verdict(comparison)).toMatch(
      /^Trained on renders alone, the classifier gets [\d.]+% of 153 real photographs right, [\d.]+ points \[[\d.]+, [\d.]+\] fewer than of new renders\. Adapted with unlabelled training photographs \(self-training\), it gets [\d.]+% right: [\d.]+ points \[[\d.]+, [\d.]+\] more than with renders alone, a difference that was shown\.$/,
    );
  });

  it("takes the arm that the experiment declares first, whatever others reach", () => {
    const changed = declared("feature-statistics", "full-low-lr");
    expect(adaptedArm(changed)!.arm.name).toBe("feature-statistics");
    expect(verdict(changed)).toContain("(feature-statistics)");
    expect(verdict(declared("10-shot"))).toContain("Adapted with 10 labels a class (10-shot)");
  });

  it("is about what is tested against renders alone, before pairs of other arms", () => {
    const of = (arms: string[], arm: string, against: string) => {
      const families = [{ arms, pairs: [{ arm, against }], declared: true, changed: false }];
      return adaptedArm(compareArms(madeUpInput(undefined, { families })))!.arm.name;
    };
    expect(of(["feature-statistics"], "full-low-lr", "oracle")).toBe("feature-statistics");
    expect(of([], "full-low-lr", "oracle")).toBe("full-low-lr");
    expect(of(["left-out"], "full-low-lr", "oracle")).toBe("full-low-lr");
  });

  it("has words for an arm of any track that a family may name first", () => {
    const ways = {
      "zero-training": "Without any training",
      "2-shot-no-renders": "Trained on 2 labels a class alone",
      oracle: "Trained on all labelled training photographs alone",
    };
    for (const [name, way] of Object.entries(ways)) {
      const first = declared(name);
      expect(verdict(first)).toContain(`${way} (${name}), it gets`);
      expect(cardSvg(first, [])).toContain("<svg");
    }
    expect(adaptedArm(declared("oracle", "full-low-lr"))!.arm.name).toBe("full-low-lr");
  });

  it("names the other of two arms beside renders alone, and their difference", () => {
    expect(verdict(only("source-only", "oracle"))).toMatch(
      /\(oracle\), it gets [\d.]+% right: [\d.]+ points \[.*\] (more|fewer) than with renders alone, /,
    );
  });

  it("decides nothing of one seed, nor of what was not shown", () => {
    expect(verdict(compareArms(madeUpInput([0])))).toMatch(/: one seed, no result\.$/);
    const pairs = comparison.pairs.map((pair) => ({ ...pair, shown: false }));
    expect(verdict({ ...comparison, pairs })).toMatch(
      / more than with renders alone, a difference that was not shown\.$/,
    );
  });

  it("does not take a stand-in for photographs", () => {
    const target = { ...comparison.target, kind: "stand-in" as const };
    expect(verdict({ ...comparison, target })).toContain(
      "of a simulated stand-in (hymenoptera: no real photographs)",
    );
    expect(keyNumbers({ ...comparison, target })[1]!.label).toBe("renders alone, on the stand-in target");
  });

  it("says what arms reach where none was trained on renders alone, of two their difference", () => {
    const shares = /^Of 153 real photographs, these shares are classified correctly: /;
    const three = verdict(only("full-low-lr", "oracle", "full-frozen"));
    expect(three).toMatch(shares);
    expect(three).toMatch(
      /oracle [\d.]+%.*; no arm was trained on renders alone, so no sim-to-real gap can be stated\.$/,
    );
    const two = verdict(only("zero-training", "oracle"));
    expect(two).toMatch(shares);
    expect(two).toMatch(
      /; (zero-training minus oracle|oracle minus zero-training) is [+−]?[\d.]+ \[.*\] points\.$/,
    );
  });
});

describe("the first screen", () => {
  it("has the numbers of the source-only and the adapted arm, with intervals and their methods", () => {
    const numbers = keyNumbers(comparison);
    expect(numbers.map(({ label }) => label)).toEqual([
      "renders alone, on new renders",
      "renders alone, on photographs",
      "self-training, on photographs",
    ]);
    for (const { value, interval, method } of numbers)
      expect(`${value} ${interval} ${method}`).toMatch(/^[\d.]+% \[[\d.]+, [\d.]+\] crossed/);
  });

  it("passes over the cautions that its banners say", () => {
    const preview = { ...comparison, preview: true, cautions: ["Preview: …", ...comparison.cautions] };
    expect(firstCautions(preview)).toEqual(comparison.cautions.slice(0, 3));
  });

  it("has a caution about the verdict's arm before graver ones about everything", () => {
    const about = "Part of what was shown may be the head: self-training +1.0 points.";
    const cautions = [...comparison.cautions, about];
    expect(firstCautions({ ...comparison, cautions })).toEqual([about, ...comparison.cautions.slice(0, 2)]);
  });

  it("leaves the curve's arms to the curve, but for those declared, and draws bounds as lines", () => {
    const input = madeUpInput();
    const extra = [3, 4, 5].map((k) => ({
      ...input.arms.find(({ name }) => name === "2-shot")!,
      name: `${k}-shot`,
      k,
    }));
    const families = [{ arms: ["5-shot"], declared: true, changed: false }];
    const many = compareArms({ ...input, arms: [...input.arms, ...extra], families });
    const names = overviewArms(many).map(({ name }) => name);
    expect(names.filter((name) => name.includes("shot"))).toEqual(["5-shot"]);
    expect(names).not.toContain("zero-training");
    expect(names).not.toContain("oracle");
    expect(keyArms(many).map(({ name }) => name)).toEqual(["source-only", "5-shot", "oracle"]);
  });

  it("reads the same in Markdown and on the card", () => {
    const text = renderMarkdown(comparison);
    let from = 0;
    for (const part of summaryParts(comparison)) {
      const at = text.indexOf(part.split("\n")[0]!, from);
      expect(at, part).toBeGreaterThan(from);
      from = at;
    }
    const card = cardSvg(comparison, [{ class: "ants", pictures: [Uint8Array.of(1, 2, 3)] }]);
    expect(card).toMatch(/^<svg [^>]*width="1200" height="630"/);
    expect(card).toContain("data:image/jpeg;base64,AQID");
    expect(card).toContain("Trained on renders alone");
  });
});

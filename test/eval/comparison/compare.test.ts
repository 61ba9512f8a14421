import { describe, expect, it } from "vitest";
import { compareArms } from "../../../eval/comparison/compare.js";
import type { ArmInput, ComparisonInput, SeedRun } from "../../../eval/comparison/input.js";
import { checkComparison } from "../../../eval/comparison/schema.js";
import { markdownTable } from "../../../eval/report/table.js";
import { wilson } from "../../../eval/statistics/intervals.js";
import { AntbeeError } from "../../../src/shared/errors.js";
import type { Predictions } from "../../../src/shared/types.js";
import { CAVEATS, CLASSES, madeUpArm, madeUpInput, madeUpRichInput } from "../made-up.js";

const SKILLS: Record<string, number> = { "source-only": 1, "full-frozen": 2.5, oracle: 4 };
const full = compareArms(madeUpInput());
const arm = (name: string, c = full) => c.arms.find((a) => a.name === name)!;
const changed = (change: (input: ComparisonInput) => void) => {
  const input = madeUpInput([0, 1]);
  change(input);
  return compareArms(input);
};

describe("compareArms", () => {
  it("gives what the schema asks, and survives JSON", () => {
    expect(checkComparison("x", JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  it("is the same for the same input", () => {
    const input = madeUpInput([0, 1]);
    expect(compareArms(input)).toEqual(compareArms(structuredClone(input)));
  });

  it("takes every mean from the values of the seeds", () => {
    for (const { target, seeds } of full.arms) {
      const { values, mean, n } = target.accuracy;
      expect(values).toHaveLength(seeds.length);
      expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo(mean, 12);
      expect(n).toBe(153);
    }
  });

  it("never takes seeds for photographs: no interval is narrower than Wilson's at its mean", () => {
    for (const { target } of full.arms) {
      const floor = wilson(target.accuracy.mean, 153);
      expect(target.accuracy.low).toBeLessThanOrEqual(floor.low);
      expect(target.accuracy.high).toBeGreaterThanOrEqual(floor.high);
    }
  });

  it("has the gap as source minus target, per seed and in the mean", () => {
    const { gap, source, target } = arm("source-only");
    expect(gap!.mean).toBeCloseTo(source.accuracy!.mean - target.accuracy.mean, 12);
    expect(gap!.values[2]).toBeCloseTo(source.accuracy!.values[2]! - target.accuracy.values[2]!, 12);
    expect(gap!.low).toBeLessThan(gap!.mean);
    expect(gap!.high).toBeGreaterThan(gap!.mean);
    expect(arm("zero-training").gap).toBeNull();
  });

  it("has gap closed as the share of the way to the oracle, unclipped", () => {
    const [base, oracle] = [arm("source-only"), arm("oracle")].map((a) => a.target.accuracy.mean);
    for (const name of ["self-training", "full-low-lr", "2-shot-no-renders"]) {
      const { gapClosed, target } = arm(name);
      expect(gapClosed!.mean).toBeCloseTo((target.accuracy.mean - base!) / (oracle! - base!), 12);
      expect(gapClosed!.values.reduce((a, b) => a + b) / 5).toBeCloseTo(gapClosed!.mean, 12);
    }
    expect(arm("2-shot-no-renders").gapClosed!.mean).toBeLessThan(0);
    expect(arm("source-only").gapClosed).toBeNull();
    expect(arm("oracle").gapClosed).toBeNull();
  });

  it("gives no gap closed where oracle and source-only cannot be told apart", () => {
    const level = changed((input) => {
      const oracle = input.arms.find((a) => a.track === "oracle")!;
      const base = input.arms.find((a) => a.track === "source-only")!;
      oracle.runs = base.runs.map((run) => ({ ...run, source: null }));
    });
    expect(level.arms.every((a) => a.gapClosed === null)).toBe(true);
    expect(level.cautions.join()).toContain("Gap closed is not given");
  });

  it("pairs arms of one label budget, and each with source-only, and no others", () => {
    const names = full.pairs.map(({ a, b }) => `${a} ${b}`);
    expect(names).toContain("self-training feature-statistics");
    expect(names).toContain("2-shot-no-renders 2-shot");
    expect(names).toContain("oracle source-only");
    expect(names).toContain("zero-training source-only");
    expect(names).not.toContain("full-low-lr self-training");
    expect(names).not.toContain("oracle full-low-lr");
  });

  it("keeps labels of different k apart", () => {
    const two = changed((input) => {
      const base = { track: "k-shot" as const, source: 4, target: 2 };
      input.arms.push(madeUpArm({ ...base, name: "5-shot", k: 5 }, [0, 1]));
    });
    expect(two.pairs.map(({ a, b }) => `${a} ${b}`)).not.toContain("5-shot 2-shot");
  });

  it("tests each pair at each seed, the untrained arm at every seed of the other", () => {
    for (const { difference, mcnemar } of full.pairs) {
      expect(mcnemar.map((test) => test.seed)).toEqual([0, 1, 2, 3, 4]);
      mcnemar.forEach(({ b, c, p, pHolm }, i) => {
        expect((b - c) / 153).toBeCloseTo(difference.values[i]!, 12);
        expect(pHolm).toBeGreaterThanOrEqual(p);
      });
    }
  });

  it("corrects each exact test by Holm for all pairs that are tested at its seed", () => {
    for (const seed of [0, 1, 2, 3, 4]) {
      const family = full.pairs.map(({ mcnemar }) => mcnemar.find((test) => test.seed === seed)!);
      const ascending = [...family].sort((a, b) => a.p - b.p);
      // The slower second form: step down through the ordered tests, each by how many are left.
      ascending.forEach((test, rank) => {
        const steps = ascending.slice(0, rank + 1).map(({ p }, i) => (family.length - i) * p);
        expect(test.pHolm).toBeCloseTo(Math.min(1, Math.max(...steps)), 12);
      });
      expect(ascending.some(({ p, pHolm }) => pHolm > p)).toBe(true);
    }
  });

  it("has a paired interval that a difference of equal arms cannot leave 0", () => {
    const twin = changed((input) => {
      const base = input.arms.find((a) => a.track === "source-only")!;
      input.arms.push({ ...base, name: "twin" });
    });
    const { difference, mcnemar } = twin.pairs.find(({ a }) => a === "twin")!;
    expect(difference.mean).toBe(0);
    expect(difference.low).toBeLessThan(0);
    expect(difference.high).toBeGreaterThan(0);
    expect(mcnemar[0]).toMatchObject({ b: 0, c: 0, p: 1 });
  });

  it("leaves out pairs without a common seed, and says so", () => {
    const apart = changed((input) => {
      const oracle = input.arms.find((a) => a.track === "oracle")!;
      for (const run of oracle.runs) run.seed += 10;
    });
    expect(apart.pairs.some(({ a }) => a === "oracle")).toBe(false);
    expect(apart.cautions.join()).toContain("oracle and source-only share no seed");
    expect(apart.arms.every((a) => a.gapClosed === null)).toBe(true);
  });

  it("does not take one trained run for five", () => {
    const few = structuredClone(madeUpInput());
    const one = few.arms.find((a) => a.name === "full-frozen")!;
    one.runs = one.runs.slice(2, 3);
    const pair = compareArms(few).pairs.find(({ a }) => a === "full-frozen")!;
    expect(pair.mcnemar.map((test) => test.seed)).toEqual([2]);
    expect(pair).toMatchObject({ p: null, pAdjusted: null, shown: false });
  });

  it("uses Wilson and Newcombe alone for a single seed, and gives no ratio and no decision", () => {
    const one = compareArms(madeUpInput([3]));
    const { target, gap } = arm("source-only", one);
    expect(target.accuracy.method).toBe("Wilson");
    expect(gap!.method).toBe("Newcombe");
    expect(target.accuracy).toMatchObject(wilson(target.accuracy.mean, 153));
    expect(one.arms.every((a) => a.gapClosed === null)).toBe(true);
    expect(one.cautions).toContain("Gap closed is not given: one seed gives accuracies, and no ratio.");
    for (const { p, pAdjusted, shown, difference } of one.pairs) {
      expect({ p, pAdjusted, shown }).toEqual({ p: null, pAdjusted: null, shown: false });
      expect(difference.method).toBe("paired Newcombe");
    }
  });
});

describe("decisions", () => {
  const adapted = ["feature-statistics", "self-training", "2-shot", "10-shot", "full-frozen", "full-low-lr"];
  const against = (name: string, c = full) =>
    c.pairs.find((pair) => pair.a === name && pair.b === "source-only")!;
  /** The slower second form of Holm: step down through the ordered tests, each by how many are left. */
  const stepDown = (p: number[], of: number) => {
    const below = p.filter((other) => other <= of).sort((a, b) => a - b);
    return Math.min(1, Math.max(...below.map((one, i) => (p.length - i) * one)));
  };

  it("are one a pair of the family, by default every adapted arm that uses renders, Holm over all of it", () => {
    expect(full.families).toEqual([
      { experiment: null, declared: false, changed: false, arms: adapted, pairs: [] },
    ]);
    const p = adapted.map((name) => against(name).p!);
    for (const name of adapted) {
      const pair = against(name);
      expect(pair.pAdjusted).toBeCloseTo(stepDown(p, pair.p!), 12);
      expect(pair.shown).toBe(pair.pAdjusted! < 0.05);
    }
    // Without the correction some would be shown that are not.
    expect(adapted.some((name) => against(name).pAdjusted! > against(name).p!)).toBe(true);
    for (const pair of full.pairs)
      if (pair.b !== "source-only" || !adapted.includes(pair.a))
        expect(pair).toMatchObject({ pAdjusted: null, shown: false });
  });

  it("turn on the correction: a difference whose p is under .05 alone is not shown among many", () => {
    const close = (declared: string[]) => {
      const input = madeUpInput();
      const base = input.arms.find((a) => a.name === "source-only")!;
      const better = base.runs.map((run) => ({ ...run, target: corrected(run.target, [0, 1, 2, 3]) }));
      input.arms.push({ ...input.arms.find((a) => a.name === "full-frozen")!, name: "close", runs: better });
      const twins = declared.map((name) => ({ ...base, track: "full" as const, name }));
      input.arms.push(...twins);
      const arms = ["close", ...declared];
      return against(
        "close",
        compareArms({ ...input, families: [{ arms, declared: true, changed: false }] }),
      );
    };
    const alone = close([]);
    expect(alone).toMatchObject({ pAdjusted: alone.p, shown: true });
    const among = close(["a", "b", "c"]);
    expect(among.p).toBe(alone.p);
    expect(among.pAdjusted).toBeCloseTo(4 * alone.p!, 12);
    expect(among.shown).toBe(false);
  });

  it("are made of the declared family alone, in which an arm that is not here keeps its place", () => {
    const declared = (arms: string[]) =>
      compareArms({ ...madeUpInput(), families: [{ arms, declared: true, changed: false }] });
    const one = declared(["feature-statistics"]);
    expect(against("feature-statistics", one).pAdjusted).toBe(against("feature-statistics").p);
    expect(against("self-training", one)).toMatchObject({ pAdjusted: null, shown: false });
    const absent = declared(["feature-statistics", "left-out", "left-out-too"]);
    expect(against("feature-statistics", absent).pAdjusted).toBeCloseTo(
      3 * against("feature-statistics").p!,
      12,
    );
    expect(absent.cautions.join()).toContain("left-out, left-out-too are not in this comparison");
    const changed = [{ arms: ["self-training"], declared: true, changed: true }];
    expect(compareArms({ ...madeUpInput(), families: changed }).cautions.join()).toContain(
      "was changed while its runs were made",
    );
  });

  it("may be of two arms that no budget sets together, in the order that the family names", () => {
    const pairs = [{ arm: "full-frozen", against: "oracle" }];
    const of = (family: object) =>
      compareArms({ ...madeUpInput(), families: [{ arms: [], declared: true, changed: false, ...family }] });
    const decided = of({ pairs });
    const pair = decided.pairs.find(({ a, b }) => a === "full-frozen" && b === "oracle")!;
    expect(full.pairs.some(({ a, b }) => a === pair.a && b === pair.b)).toBe(false);
    expect(pair.pAdjusted).toBe(pair.p);
    expect(decided.pairs.filter(({ pAdjusted }) => pAdjusted !== null)).toEqual([pair]);
    const both = of({ pairs, arms: ["full-frozen"] });
    const adjusted = [against("full-frozen", both), both.pairs.find(({ b }) => b === "oracle")!];
    const p = adjusted.map((one) => one.p!);
    for (const one of adjusted) expect(one.pAdjusted).toBeCloseTo(stepDown(p, one.p!), 12);
    expect(both.headline).toMatch(/full-frozen .*oracle/);
    const absent = of({ pairs: [{ arm: "full-frozen", against: "left-out" }, ...pairs] });
    const kept = absent.pairs.find(({ b }) => b === "oracle")!;
    expect(kept.pAdjusted).toBeCloseTo(Math.min(1, 2 * kept.p!), 12);
    expect(absent.cautions.join()).toContain("left-out is not in this comparison");
  });

  it("turn the pair round that budgets would set the other way", () => {
    const pairs = [{ arm: "full-frozen", against: "full-low-lr" }];
    const families = [{ arms: [], pairs, declared: true, changed: false }];
    const turned = compareArms({ ...madeUpInput(), families }).pairs;
    const two = ({ a, b }: { a: string; b: string }) => [a, b].sort().join() === "full-frozen,full-low-lr";
    expect(turned.filter(two)).toMatchObject([{ a: "full-frozen", b: "full-low-lr" }]);
    const usual = full.pairs.find(two)!;
    expect(usual.a).toBe("full-low-lr");
    expect(turned.find(two)!.difference.mean).toBeCloseTo(-usual.difference.mean, 12);
  });

  it("count a difference once that declarations name twice, as an arm and as its pair or either way round", () => {
    const of = (family: object) =>
      compareArms({ ...madeUpInput(), families: [{ arms: [], declared: true, changed: true, ...family }] });
    const versus = (arm: string, other: string) => ({ arm, against: other });
    const twice = of({
      arms: ["full-frozen"],
      pairs: [
        versus("full-frozen", "source-only"),
        versus("full-frozen", "oracle"),
        versus("oracle", "full-frozen"),
      ],
    });
    const once = of({ arms: ["full-frozen"], pairs: [versus("full-frozen", "oracle")] });
    expect(twice.families).toEqual(once.families);
    expect(twice.pairs).toEqual(once.pairs);
    expect(twice.cautions).toEqual(once.cautions);
  });

  it("stand in the headline, each of them that was shown against another arm", () => {
    const pairs = [{ arm: "full-low-lr", against: "self-training" }];
    const families = [{ arms: ["full-low-lr"], pairs, declared: true, changed: false }];
    const decided = compareArms({ ...madeUpInput(), families });
    const shown = decided.pairs.filter((pair) => pair.shown);
    expect(shown.map(({ a }) => a)).toEqual(["full-low-lr", "full-low-lr"]);
    for (const { b } of shown) expect(decided.headline.split(". ")[0]).toContain(`against ${b}`);
  });

  it("are nothing at one seed, of which the headline says each accuracy once", () => {
    const pairs = [{ arm: "full-low-lr", against: "oracle" }];
    const families = [{ arms: [], pairs, declared: true, changed: false }];
    const { headline } = compareArms({ ...madeUpInput([0]), families });
    expect(headline.split("full-low-lr has an accuracy").length).toBe(2);
  });

  it("have the interval's word too where arms hardly ever disagree", () => {
    const input = madeUpInput();
    const base = input.arms.find((a) => a.name === "source-only")!;
    // Two other images at every seed: steady over seeds and spread over images, but a handful.
    const runs = base.runs.map((run, s) => ({ ...run, target: corrected(run.target, [2 * s, 2 * s + 1]) }));
    input.arms.push({ ...base, track: "full", name: "steady", runs });
    const families = [{ arms: ["steady"], declared: true, changed: false }];
    const pair = against("steady", compareArms({ ...input, families }));
    expect(pair.p).toBeLessThan(0.05);
    expect(pair.difference.low).toBeLessThan(0);
    expect(pair.shown).toBe(false);
  });

  /** The same predictions, right at these of the images that were wrong. */
  function corrected(predictions: Predictions, which: number[]): Predictions {
    let wrong = 0;
    const rows = predictions.rows.map((row) => {
      const truth = predictions.classes.indexOf(row.label!);
      if (row.p[truth]! > 0.5 || !which.includes(wrong++)) return row;
      return { ...row, p: row.p.map((_, k) => Number(k === truth)) };
    });
    return { ...predictions, rows };
  }
});

describe("caveats", () => {
  it("tell what stands against another arm that learned from the same renders, and of a higher oracle", () => {
    const input = madeUpInput();
    const [oracle, adapted] = ["oracle", "full-frozen"].map(
      (name) => input.arms.find((one) => one.name === name)!,
    );
    const others: ArmInput[] = [
      { ...adapted!, name: "source-only-better", track: "source-only" },
      { ...oracle!, name: "oracle-better", runs: oracle!.runs.map(perfect) },
    ];
    const found = compareArms({ ...input, arms: [...input.arms, ...others] });
    expect(found.pairs.find(({ a, b }) => a === "full-frozen" && b === "source-only")!.shown).toBe(true);
    const text = found.cautions.join("\n");
    expect(text).toContain("Against source-only-better, which learned from the same renders");
    expect(text).toContain("oracle-better, an oracle too, reached 100.0%");
    expect(compareArms(input).cautions.join()).not.toMatch(/Part of what was shown|an oracle too/);
  });

  const [ofWeights, ofSource] = CAVEATS.map(({ statement }) => statement);

  it("repeat the cards' sentences once, on the arms that they concern", () => {
    expect(full.cautions.filter((text) => text === ofWeights)).toHaveLength(1);
    expect(full.arms.every((a) => a.cautions.includes(ofWeights!))).toBe(true);
    for (const { cautions, name } of full.arms) {
      const synthetic = !["zero-training", "oracle"].includes(name) && !name.includes("no-renders");
      expect(cautions.includes(ofSource!)).toBe(synthetic);
    }
  });

  it("say of a card's subject what its card says, and of another nothing", () => {
    const other = changed((input) => {
      for (const arm of input.arms) arm.caveats = [];
      input.arms[2]!.caveats = [{ about: "target", statement: "Labels by one person." }];
      input.backbone = { ...input.backbone, weights: "imagenet1k", pretraining: "ImageNet-1k" };
    });
    expect(other.cautions).toContain("Labels by one person.");
    expect(arm("feature-statistics", other).cautions).toContain("Labels by one person.");
    expect(arm("source-only", other).cautions).not.toContain("Labels by one person.");
    expect(other.cautions.join()).not.toMatch(/ImageNet|pretrain|renderer|hymenoptera set/);
  });

  it("name few seeds, a preview and a stand-in target, also in the headline", () => {
    const weak = changed((input) => {
      input.preview = true;
      input.target = { ...input.target, kind: "stand-in" };
    });
    expect(weak.cautions[0]).toContain("not real photographs");
    expect(weak.cautions[1]).toContain("Preview");
    expect(weak.cautions.join()).toContain("Only 2 seeds");
    expect(weak.headline).toContain("not real photographs");
    expect(full.cautions.join()).not.toContain("seeds (a headline");
  });

  it("flag a collapsed seed by name", () => {
    const collapsed = changed((input) => {
      const target = input.arms[1]!.runs[1]!.target;
      input.arms[1]!.runs[1]!.target = { ...target, rows: target.rows.map((r) => ({ ...r, p: [0.9, 0.1] })) };
    });
    expect(arm("source-only", collapsed).cautions.join()).toContain(
      "seed 1, predicts 100.0% of the target images as ants",
    );
  });

  it("name test images that were nearly seen, and what was not tried", () => {
    const rich = compareArms(madeUpRichInput()).cautions.join("\n");
    expect(rich).toContain("1 pair of equal or nearly equal images lies on both sides of a split");
    expect(rich).not.toContain("was not tried");
    expect(full.cautions.join()).toContain("were not checked for duplicates");
    expect(full.cautions.join()).toContain(
      "background of the renders alone gives the class away was not tried",
    );
  });

  it("name the bounds that are missing and arms without a stated selection", () => {
    const bare = changed((input) => {
      input.arms = input.arms.filter((a) => ["source-only", "2-shot"].includes(a.name));
      input.selection = {};
    });
    const text = bare.cautions.join("\n");
    expect(text).toContain("There is no zero-training bound");
    expect(text).toContain("There is no oracle");
    expect(text).toContain("without synthetic images");
    expect(text).toContain("How the epochs were chosen");
    expect(text).toContain("opened once");
  });
});

describe("what goes with the accuracies", () => {
  const rich = compareArms(madeUpRichInput());

  it("has the synthetic uplift at k as the paired difference of the arms with the same k", () => {
    expect(rich.uplift.map(({ k, arm, without }) => [k, arm, without])).toEqual([
      [2, "2-shot", "2-shot-no-renders"],
      [10, "10-shot", "10-shot-no-renders"],
    ]);
    const [two] = rich.uplift;
    const [with2, alone] = ["2-shot", "2-shot-no-renders"].map(
      (name) => arm(name, rich).target.accuracy.mean,
    );
    expect(two!.difference.mean).toBeCloseTo(with2! - alone!, 12);
    const { a, difference } = rich.pairs.find(
      (pair) => pair.a.startsWith("2-shot") && pair.b.startsWith("2-shot"),
    )!;
    expect(Math.abs(difference.mean)).toBeCloseTo(two!.difference.mean, 12);
    expect(a).toBe("2-shot-no-renders");
  });

  it("fits temperatures on held-out renders, which are named, and only where there are any", () => {
    expect(arm("zero-training", rich).target.temperature).toBeNull();
    const { temperature } = arm("source-only", rich).target;
    expect(temperature!.fittedOn).toBe("held-out renders");
    expect(temperature!.value).toBeGreaterThan(0);
  });

  it("has the regret of validators where they were logged, and nowhere else", () => {
    expect(arm("source-only", rich).regret).toEqual([]);
    const regret = arm("self-training", rich).regret;
    const of = (name: string) => regret.find((r) => r.validator === name)!;
    // The validators of the made-up history follow the accuracy, or go against it.
    expect(of("im").regret).toBe(0);
    expect(of("sourceAccuracy").regret).toBeGreaterThan(0);
    expect(of("im").selected).toBe(of("im").best);
  });
});

describe("several experiments", () => {
  const both = compareArms(madeUpTwo());

  it("list what differs between their configurations", () => {
    expect(both.experiments).toEqual({
      names: ["baseline", "richer"],
      changes: [{ path: "source.scene", values: ['"plain.yaml"', '"rich.yaml"'] }],
    });
    expect(full.experiments).toBeNull();
  });

  it("set arms of one name against one another, and no others between experiments", () => {
    const between = both.pairs.filter(({ a, b }) => a.split("/")[0] !== b.split("/")[0]);
    expect(between.map(({ a, b }) => [a, b])).toEqual(
      ["source-only", "full-frozen", "oracle"].map((name) => [`richer/${name}`, `baseline/${name}`]),
    );
    for (const pair of between) expect(pair.difference.values).toHaveLength(2);
  });

  it("measure what was closed within each", () => {
    const [base, oracle, adapted] = ["source-only", "oracle", "full-frozen"].map(
      (name) => arm(`richer/${name}`, both).target.accuracy.mean,
    );
    const { gapClosed } = arm("richer/full-frozen", both);
    if (gapClosed) expect(gapClosed.mean).toBeCloseTo((adapted! - base!) / (oracle! - base!), 12);
    expect(both.headline).toContain("richer/source-only");
    const own = both.families.map(({ experiment, arms }) => [experiment, arms]);
    expect(own).toEqual([
      ["baseline", ["baseline/full-frozen"]],
      ["richer", ["richer/full-frozen"]],
    ]);
    const between = both.pairs.filter(({ a, b }) => a.split("/")[0] !== b.split("/")[0]);
    for (const { p, pAdjusted } of between) expect(pAdjusted!).toBeGreaterThanOrEqual(p!);
    expect(between.some(({ p, pAdjusted }) => pAdjusted! > p!)).toBe(true);
  });

  /** Two experiments of three arms, the second with better renders. */
  function madeUpTwo(): ComparisonInput {
    const names = ["source-only", "full-frozen", "oracle"];
    const of = (experiment: string, more: number) =>
      madeUpInput([0, 1]).arms.flatMap(({ name, track, k, synthetic }) =>
        names.includes(name)
          ? [
              {
                ...madeUpArm(
                  {
                    name: `${experiment}/${name}`,
                    track,
                    k: k ?? undefined,
                    synthetic,
                    source: 4,
                    target: SKILLS[name]! + more,
                  },
                  [0, 1],
                ),
                experiment,
                role: name,
              },
            ]
          : [],
      );
    const config = (scene: string) => ({ source: { scene }, views: 4 });
    return {
      ...madeUpInput([0, 1]),
      experiment: "baseline and richer",
      arms: [...of("baseline", 0), ...of("richer", 0.5)],
      experiments: [
        { name: "baseline", config: config("plain.yaml") },
        { name: "richer", config: config("rich.yaml") },
      ],
    };
  }
});

describe("the headline", () => {
  const declaring = (arms: string[], seeds?: number[]) =>
    compareArms({ ...madeUpInput(seeds), families: [{ arms, declared: true, changed: false }] });

  it("states first what was shown, the last of each track, then the gap and the way to the oracle", () => {
    const [first, ...rest] = full.headline.split(/(?<=family|source-only)\. /);
    expect(full.pairs.filter((pair) => pair.shown).map(({ a }) => a)).toEqual([
      "feature-statistics",
      "self-training",
      "2-shot",
      "10-shot",
      "full-frozen",
      "full-low-lr",
    ]);
    const size = String.raw`\+\d+\.\d \[\+\d+\.\d, \+\d+\.\d\]`;
    const named = ["self-training", "10-shot", "full-low-lr"].map((name) => `${name} ${size}`).join(", ");
    expect(first).toMatch(
      new RegExp(
        `^Differences in accuracy shown on 153 real photographs \\(hymenoptera\\), in points: ${named} against source-only, and 3 more of the family$`,
      ),
    );
    const share = String.raw`\d+\.\d% \[\d+\.\d, \d+\.\d\]`;
    const way = ["self-training", "10-shot", "full-low-lr"].map((name) => `${name} ${share}`).join(", ");
    expect(rest.join()).toMatch(
      new RegExp(`^Trained on renders alone.*sim-to-real gap of \\d.*of the way to the oracle: ${way};`),
    );
    expect(full.headline).not.toContain("no-renders");
  });

  it("says of a loss that it is one", () => {
    const { headline } = declaring(["2-shot-no-renders"]);
    expect(headline).toMatch(/: 2-shot-no-renders −\d+\.\d \[−\d+\.\d, −\d+\.\d\] against source-only\. /);
  });

  it("names the gap first where nothing was shown, and the last arm of each track, never the best", () => {
    const shuffled = changed((input) => {
      const [low, frozen] = ["full-low-lr", "full-frozen"].map((n) => input.arms.find((a) => a.name === n)!);
      input.arms = [...input.arms.filter((a) => a.track !== "full"), low!, frozen!];
      input.families = [{ arms: ["left-out"], declared: true, changed: false }];
    });
    const undecided = declaring(["left-out"]).headline;
    expect(undecided).toMatch(/^Trained on renders alone.*sim-to-real gap of \d/);
    expect(undecided).toMatch(
      /full-low-lr changes the accuracy of source-only by .*\(outside the family: not decided\)/,
    );
    expect(undecided).not.toContain("full-frozen");
    expect(shuffled.headline).toContain("full-frozen changes the accuracy of source-only by");
  });

  it("says what was not shown, and never that it is not there", () => {
    const close = changed((input) => {
      const base = input.arms.find((a) => a.track === "source-only")!;
      input.arms = input.arms.filter((a) => a.track !== "full");
      input.arms.push({ ...base, track: "full", name: "twin" });
    });
    expect(close.headline).toContain("twin changes the accuracy of source-only by");
    expect(close.headline).toMatch(/\(not shown, adjusted p 1\.000\)/);
    expect(close.headline).not.toMatch(/no difference|no effect|equal/);
  });

  it("of one seed states accuracies, no difference and no ratio", () => {
    const { headline } = compareArms(madeUpInput([0]));
    expect(headline).toMatch(/^Trained on renders alone, the classifier has an accuracy of \d/);
    expect(headline).toMatch(/with all target labels, full-low-lr has an accuracy of \d/);
    expect(headline).not.toMatch(/points|way to the oracle|gap|shown/);
  });

  it("says so where there is no source-only arm", () => {
    const none = changed((input) => {
      input.arms = input.arms.filter((a) => a.track === "oracle");
    });
    expect(none.headline).toContain("no sim-to-real gap can be stated");
  });

  it("of two arms of any tracks answers with what sets them apart on the same images", () => {
    const only = (seeds: number[], ...names: string[]) => {
      const input = madeUpInput(seeds);
      return compareArms({ ...input, arms: input.arms.filter(({ name }) => names.includes(name)) });
    };
    const two = only([0, 1, 2], "zero-training", "full-low-lr", "oracle");
    expect(two.pairs).toMatchObject([{ a: "oracle", b: "full-low-lr", pAdjusted: null, shown: false }]);
    expect(two.headline).toMatch(
      /^On 153 real .*, oracle has an accuracy of \d.* and full-low-lr of \d.*: a paired difference of -?\d\S* points \[.*\] \(p \d.*, outside the family: not decided\)\.$/,
    );
    expect(only([0], "full-low-lr", "oracle").headline).toMatch(
      /points \[.*\] \(of the trained seed alone\)\.$/,
    );
    expect(only([0, 1], "zero-training", "oracle").pairs).toMatchObject([
      { a: "oracle", b: "zero-training" },
    ]);
    expect(only([0, 1], "zero-training", "2-shot", "full-low-lr", "oracle").pairs).toEqual([]);
    expect(only([0, 1], "source-only", "oracle").pairs).toHaveLength(1);
  });
});

describe("refusals", () => {
  const cases: [string, (input: ComparisonInput) => void, string][] = [
    [
      "no arm",
      (i) => {
        i.arms = [];
      },
      "arms: expected at least one arm",
    ],
    [
      "two arms of one name",
      (i) => {
        i.arms[1]!.name = "oracle";
      },
      "found two oracle",
    ],
    [
      "an arm without seeds",
      (i) => {
        i.arms[2]!.runs = [];
      },
      "arm feature-statistics: expected at least one seed",
    ],
    [
      "a doubled seed",
      (i) => {
        i.arms[1]!.runs[1]!.seed = 0;
      },
      "arm source-only: expected every seed once",
    ],
    [
      "another class list",
      (i) => {
        i.arms[1]!.runs[0]!.target.classes = ["ants", "wasps"];
      },
      "arm source-only, seed 0, target: expected the classes ants, bees",
    ],
    [
      "a missing image",
      (i) => {
        i.arms[1]!.runs[1]!.target.rows.pop();
      },
      'arm source-only, seed 1, target: expected a row for "val/bees/000082.jpg"',
    ],
    [
      "another image",
      (i) => {
        i.arms[1]!.runs[0]!.target.rows[3]!.id = "val/ants/zz.jpg";
      },
      'expected only ids of the dataset, found "val/ants/zz.jpg"',
    ],
    [
      "another truth",
      (i) => {
        i.arms[1]!.runs[0]!.target.rows[3]!.label = "bees";
      },
      "(val/ants/000003.jpg): expected the label ants, as in other arms",
    ],
    [
      "a sealed label",
      (i) => {
        i.arms[0]!.runs[0]!.target.rows[3]!.label = null;
      },
      "expected a label",
    ],
    [
      "source predictions at some seeds only",
      (i) => {
        i.arms[1]!.runs[1]!.source = null;
      },
      "arm source-only, seed 1: expected source predictions, as other seeds have",
    ],
    [
      "before on other renders",
      (i) => {
        i.arms[3]!.runs[0]!.before!.rows.pop();
      },
      "arm self-training, seed 0, before: expected a row for",
    ],
    [
      "a wrong n",
      (i) => {
        i.target = { ...i.target, n: 12 };
      },
      "target.n: expected the 153 images",
    ],
  ];
  it.each(cases)("of %s name the first offender, exit 2", (_name, change, message) => {
    const error = (() => {
      try {
        return changed(change);
      } catch (e) {
        return e as AntbeeError;
      }
    })();
    expect(error).toBeInstanceOf(AntbeeError);
    expect((error as AntbeeError).exitCode).toBe(2);
    expect((error as AntbeeError).message).toContain(message);
  });
});

describe("the headline table", () => {
  const lines = markdownTable(full).split("\n");

  it("has a row an arm, grouped by track", () => {
    expect(lines).toHaveLength(2 + full.arms.length);
    expect(lines[0]).toMatch(/track .*source before .*source after .*target .*gap .*gap closed/);
    expect(lines.findIndex((l) => l.includes("full-frozen"))).toBeLessThan(
      lines.findIndex((l) => l.includes("oracle")),
    );
  });

  it("lines up as plain text", () => {
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it("cannot be broken by a name", () => {
    const odd = changed((input) => {
      input.arms[1]!.name = "a|b\n<script>";
    });
    expect(markdownTable(odd)).toContain("a\\|b \\<script\\>");
  });
});

it("made-up classes are those of the comparison", () => {
  expect(full.classes).toEqual(CLASSES);
});

/** The run with every photograph right. */
function perfect(run: SeedRun): SeedRun {
  const { classes, rows } = run.target;
  const right = rows.map((row) => ({ ...row, p: classes.map((name) => Number(name === row.label)) }));
  return { ...run, target: { ...run.target, rows: right } };
}

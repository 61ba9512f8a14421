import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CrossedSample,
  type CrossedTable,
  crossed,
  crossedCovariance,
  crossedInterval,
  crossedP,
} from "../../../eval/statistics/crossed.js";
import { fieller } from "../../../eval/statistics/fieller.js";
import { mean } from "../../../eval/statistics/mean.js";
import { studentP, studentReach } from "../../../eval/statistics/student.js";

/** Figures of NumPy and SciPy; `test/fixtures/eval/make_crossed.py` made them. */
const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/eval/crossed.json", import.meta.url), "utf8"),
);

interface Case {
  values: number[];
  tables: number[][][];
  mean: number;
  variance: number;
  df: number;
  interval: [number, number];
  p: number;
}

describe("Student's t", () => {
  it.each<{ t: number; df: number; p: number; reach: number }>(reference.student)(
    "agrees with SciPy at t = $t, $df degrees of freedom",
    ({ t, df, p, reach }) => {
      expect(studentP(t, df) / p).toBeCloseTo(1, 6);
      expect(studentP(-t, df)).toBe(studentP(t, df));
      expect(studentReach(df)).toBeCloseTo(reach, 6);
    },
  );
});

describe("the crossed estimate", () => {
  const cases = ["accuracies", "differences", "gaps"].flatMap((kind) =>
    (reference[kind] as Case[]).map((one, i) => [`${kind} ${i}`, one] as const),
  );
  it.each(cases)("agrees with NumPy's mean squares: %s", (_name, one) => {
    const found = crossed({ values: one.values, shared: one.tables });
    const { low, high } = crossedInterval(found);
    expect(found.mean).toBeCloseTo(one.mean, 12);
    expect(found.variance).toBeCloseTo(one.variance, 12);
    expect(found.df).toBeCloseTo(one.df, 8);
    expect(low).toBeCloseTo(one.interval[0], 7);
    expect(high).toBeCloseTo(one.interval[1], 7);
    expect(crossedP(found)).toBeCloseTo(one.p, 7);
  });

  const tableOf = (rows: number, columns: number) =>
    fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    });
  const table = fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 12 }))
    .chain(([rows, columns]) => tableOf(rows, columns));
  const sampleOf = (rows: CrossedTable): CrossedSample => ({ values: rows.map(mean), shared: [rows] });

  it("is never surer than the seeds alone or the images alone, and has at least the seeds' freedom", () =>
    fc.assert(
      fc.property(table, (rows) => {
        const { variance, df } = crossed(sampleOf(rows));
        const alone = crossed({ values: rows.map(mean), shared: [] });
        expect(variance).toBeGreaterThanOrEqual(alone.variance);
        expect(df).toBeGreaterThanOrEqual(rows.length - 1);
        const images = rows[0]!.map((_, i) => mean(rows.map((row) => row[i]!)));
        const spread = images.reduce((sum, x) => sum + (x - mean(images)) ** 2, 0);
        const n = images.length;
        expect(variance).toBeGreaterThanOrEqual(spread / n / Math.max(1, n - 1) - 1e-12);
      }),
    ));

  it("has a p under .05 exactly where its interval leaves 0 out", () =>
    fc.assert(
      fc.property(table, (rows) => {
        const found = crossed(sampleOf(rows));
        fc.pre(found.variance > 1e-12);
        const { low, high } = crossedInterval(found);
        const p = crossedP(found);
        fc.pre(Math.abs(p - 0.05) > 1e-5);
        expect(low > 0 || high < 0).toBe(p < 0.05);
      }),
    ));

  it("takes seeds that say the same for one, and has no p without a difference", () => {
    const row = [1, 1, 0, 1, 0, 0, 1, 1, 1, 0];
    const found = crossed(sampleOf([row, row, row, row, row]));
    expect(found.variance).toBeCloseTo(0.24 / 9, 12);
    expect(found.df).toBeCloseTo(9, 12);
    const none = crossed(sampleOf([row.map(() => 0), row.map(() => 0)]));
    expect(none).toEqual({ mean: 0, variance: 0, df: 1 });
    expect(crossedP(none)).toBe(1);
  });

  it("has the variance of a sum from those of its parts and their covariance", () =>
    fc.assert(
      fc.property(fc.tuple(tableOf(4, 7), tableOf(4, 7)), ([a, b]) => {
        const both = a.map((row, s) => row.map((x, i) => x + b[s]![i]!));
        const [x, y, sum] = [a, b, both].map((rows) => sampleOf(rows));
        const own = (sample: CrossedSample) => crossedCovariance(sample, sample);
        expect(own(x!) + own(y!) + 2 * crossedCovariance(x!, y!)).toBeCloseTo(own(sum!), 10);
      }),
    ));
});

describe("Fieller's interval", () => {
  const moments = (changes = {}) => ({
    numerator: 2,
    denominator: 4,
    numeratorVariance: 0.25,
    denominatorVariance: 0.16,
    covariance: 0.05,
    ...changes,
  });

  it("holds exactly the ratios that a test does not reject", () => {
    const { low, high } = fieller(moments(), 2)!;
    const statistic = (r: number) => (2 - 4 * r) ** 2 / (0.25 - 2 * r * 0.05 + r * r * 0.16);
    expect(statistic(low)).toBeCloseTo(4, 10);
    expect(statistic(high)).toBeCloseTo(4, 10);
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
  });

  it("is the numerator's own where the denominator is known", () => {
    const { low, high } = fieller(moments({ denominatorVariance: 0, covariance: 0 }), 2)!;
    expect(low).toBeCloseTo(1 / 4, 12);
    expect(high).toBeCloseTo(3 / 4, 12);
  });

  it("does not end where the denominator is not told from 0", () => {
    expect(fieller(moments({ denominator: 0.79 }), 2)).toBeNull();
    expect(fieller(moments({ denominator: 0.81 }), 2)).not.toBeNull();
  });

  it("takes no covariance for more than the variances allow", () => {
    expect(fieller(moments({ covariance: 9 }), 2)).toEqual(fieller(moments({ covariance: 0.2 }), 2));
  });
});

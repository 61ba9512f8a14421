import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CrossedSample,
  type CrossedTable,
  crossed,
  crossedContrast,
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

  it("is the same for a contrast, whether it is made of the tables or of their parts", () =>
    fc.assert(
      fc.property(
        fc.tuple(tableOf(4, 7), tableOf(4, 7), fc.double({ min: -3, max: 3, noNaN: true })),
        ([x, y, r]) => {
          const whole = crossed(sampleOf(x.map((row, s) => row.map((v, i) => v - r * y[s]![i]!))));
          const parts = crossedContrast(sampleOf(x), sampleOf(y))(r);
          expect(parts.mean).toBeCloseTo(whole.mean, 10);
          expect(parts.variance).toBeCloseTo(whole.variance, 10);
          if (whole.variance > 1e-6) expect(parts.df / whole.df).toBeCloseTo(1, 6);
        },
      ),
    ));
});

describe("Fieller's interval", () => {
  /** A contrast with these variances and many degrees of freedom. */
  const contrast =
    (denominator: number, [vx, vxy, vy]: [number, number, number]) =>
    (r: number) => ({ mean: 2 - r * denominator, variance: vx - 2 * r * vxy + r * r * vy, df: 500 });
  const z = studentReach(500);

  it("has the ends of the closed form", () => {
    const { low, high } = fieller(contrast(4, [0.25, 0.05, 0.16]), 0.5)!;
    const [a, b, c] = [16 - z * z * 0.16, 8 - z * z * 0.05, 4 - z * z * 0.25] as [number, number, number];
    expect(low).toBeCloseTo((b - Math.sqrt(b * b - a * c)) / a, 10);
    expect(high).toBeCloseTo((b + Math.sqrt(b * b - a * c)) / a, 10);
  });

  it("is the numerator's own where the denominator is known", () => {
    const { low, high } = fieller(contrast(4, [0.25, 0, 0]), 0.5)!;
    expect(low).toBeCloseTo(0.5 - (z * 0.5) / 4, 10);
    expect(high).toBeCloseTo(0.5 + (z * 0.5) / 4, 10);
  });

  it("does not end where the denominator is not told from 0", () => {
    const of = (denominator: number) => fieller(contrast(denominator, [0.25, 0, 0.16]), 2 / denominator);
    expect(of(0.4 * z - 0.01)).toBeNull();
    expect(of(0.4 * z + 0.01)).not.toBeNull();
  });
});

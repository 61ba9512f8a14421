import { describe, expect, it } from "vitest";
import { selectGallery } from "../../../eval/comparison/gallery.js";
import { madeUpInput } from "../made-up.js";

describe("selectGallery", () => {
  const { arms } = madeUpInput([4, 1]);
  const gallery = selectGallery(arms, "source-only");
  const of = (arm: string, domain: string, kind: string) =>
    gallery.filter((item) => item.arm === arm && item.domain === domain && item.kind === kind);

  it("takes the source-only arm and the last that adapted it, at their first seed", () => {
    expect([...new Set(gallery.map((item) => item.arm))]).toEqual(["source-only", "full-low-lr"]);
    expect(new Set(gallery.map((item) => item.seed))).toEqual(new Set([1]));
  });

  it("has the most confident errors and right answers, and the nearest to a draw", () => {
    const { target } = arms.find((arm) => arm.name === "source-only")!.runs.find((run) => run.seed === 1)!;
    const all = target.rows.map(({ id, label, p }) => ({
      id,
      confidence: Math.max(...p),
      right: target.classes[p.indexOf(Math.max(...p))] === label,
    }));
    const most = (right: boolean) =>
      Math.max(...all.filter((r) => r.right === right).map((r) => r.confidence));
    expect(of("source-only", "target", "wrong")[0]!.confidence).toBe(most(false));
    expect(of("source-only", "target", "right")[0]!.confidence).toBe(most(true));
    expect(of("source-only", "target", "uncertain")[0]!.confidence).toBe(
      Math.min(...all.map((r) => r.confidence)),
    );
    for (const item of of("source-only", "target", "wrong")) expect(item.taken).not.toBe(item.label);
    for (const item of of("source-only", "source", "right")) expect(item.taken).toBe(item.label);
  });

  it("has nothing of arms that are not there", () => {
    const bounds = arms.filter((arm) => !arm.synthetic);
    expect(selectGallery(bounds, undefined)).toEqual([]);
  });
});

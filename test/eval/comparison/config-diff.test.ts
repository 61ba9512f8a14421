import { expect, it } from "vitest";
import { configDiff } from "../../../eval/comparison/config-diff.js";

it("names every path that differs, and nothing else", () => {
  const a = { name: "a", source: { count: 1000, val: 200 }, seeds: [0, 1], arms: {} };
  const b = { name: "b", source: { count: 1000 }, seeds: [0, 2], arms: { oracle: { lr: 1e-3 } } };
  expect(configDiff([a, b])).toEqual([
    { path: "arms", values: [{}, undefined] },
    { path: "arms.oracle.lr", values: [undefined, 1e-3] },
    { path: "name", values: ["a", "b"] },
    { path: "seeds.1", values: [1, 2] },
    { path: "source.val", values: [200, undefined] },
  ]);
});

it("finds no difference in the order of keys", () => {
  expect(
    configDiff([
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
    ]),
  ).toEqual([]);
});

it("compares three, and tells null from absent and 0 from false", () => {
  expect(configDiff([{ k: null }, {}, { k: null }])).toHaveLength(1);
  expect(configDiff([{ k: 0 }, { k: false }])).toHaveLength(1);
});

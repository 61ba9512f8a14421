import fc from "fast-check";
import { expect, it } from "vitest";
import { parseShard, shardIndices } from "../../sim/dataset/shard.js";

it.each(["5/4", "0/4", "1/0", "-1/2", "1", "a/b", "1/2/3", "1.5/2", ""])("refuses %j", (text) => {
  expect(() => parseShard(text)).toThrow(/--shard: expected k\/n with 1 <= k <= n/);
});

it("deals every index to exactly one shard", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.nat(50),
      fc.integer({ min: 1, max: 60 }),
      (n, start, count) => {
        const all = Array.from({ length: n }, (_, k) => shardIndices({ k: k + 1, n }, start, count)).flat();
        expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => start + i));
      },
    ),
  );
});

/** antbee's own surroundings: what subjects can stand on. A user's own is an object like these. */
import { unknownName } from "../../src/shared/errors.js";
import type { SUPPORTS } from "../scene/factors.js";
import { flower } from "./flower.js";
import { ground } from "./ground.js";
import { leaf } from "./leaf.js";
import type { Surrounding } from "./surrounding.js";
import { twig } from "./twig.js";

/** The surroundings that every scene may name. */
export const surroundings = { ground, flower, leaf, twig } satisfies Record<
  (typeof SUPPORTS)[number],
  Surrounding
>;

/** @throws bad input where neither antbee nor the user has it */
export function surroundingOf(name: string, further: readonly Surrounding[] = []): Surrounding {
  const known: readonly Surrounding[] = [...Object.values(surroundings), ...further];
  const found = known.find((one) => one.name === name);
  if (!found)
    throw unknownName(
      "surrounding",
      known.map((one) => one.name),
      name,
    );
  return found;
}

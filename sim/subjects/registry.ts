/** antbee's own subjects. A further one is a folder and an entry here; a user's own is an object like these. */
import { unknownName } from "../../src/shared/errors.js";
import { ant } from "./ant/ant.js";
import { bee } from "./bee/bee.js";
import type { Subject } from "./subject.js";

/** The subjects whose classes every scene may name. */
export const subjects = { ant, bee } satisfies Record<string, Subject>;

const OWN: readonly Subject[] = Object.values(subjects);

/** Of a scene that names none, in sorted order, as every ImageFolder reader numbers them. */
export const DEFAULT_CLASSES: readonly string[] = OWN.map(({ className }) => className).sort();

/** antbee's subjects and a user's. */
export const allSubjects = (further: readonly Subject[] = []): readonly Subject[] => [...OWN, ...further];

/**
 * The subject of a class.
 * @throws bad input where neither antbee nor the user has one
 */
export function subjectOf(className: string, further: readonly Subject[] = []): Subject {
  const known = allSubjects(further);
  const found = known.find((subject) => subject.className === className);
  if (!found)
    throw unknownName(
      "class",
      known.map((one) => one.className),
      className,
    );
  return found;
}

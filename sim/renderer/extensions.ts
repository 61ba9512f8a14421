/** What a user adds to antbee's own subjects and surroundings. */
import { invalid, note } from "../../src/shared/errors.js";
import { checkSubject } from "../subjects/check.js";
import { subjects as ownSubjects } from "../subjects/registry.js";
import type { Subject } from "../subjects/subject.js";
import { surroundings as ownSurroundings } from "../surroundings/registry.js";
import type { Surrounding } from "../surroundings/surrounding.js";

/** Objects of a user's own, beside antbee's. */
export interface Extensions {
  subjects?: readonly Subject[];
  surroundings?: readonly Surrounding[];
}

/** @throws bad input for an object that is no subject or surrounding, or two of one name */
export function checkExtensions({ subjects = [], surroundings = [] }: Extensions): void {
  for (const subject of subjects) checkSubject(subject);
  const all = [...Object.values(ownSubjects), ...subjects];
  refuseTwice(
    "subject",
    all.map(({ name }) => name),
  );
  refuseTwice(
    "class",
    all.map(({ className }) => className),
  );
  for (const surrounding of surroundings) checkSurrounding(surrounding);
  refuseTwice(
    "surrounding",
    [...Object.values(ownSurroundings), ...surroundings].map(({ name }) => name),
  );
}

function checkSurrounding({ name, build }: Surrounding): void {
  if (typeof name !== "string" || !/^[A-Za-z][\w-]*$/.test(name))
    throw invalid("surrounding: name", "a plain word", name);
  if (typeof build !== "function") throw invalid(`surrounding ${name}: build`, "a function", build);
}

function refuseTwice(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(`${what} ${twice}`, "a name of its own", note("it twice"));
}

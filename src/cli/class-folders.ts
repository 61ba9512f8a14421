/** `--classes "ants=ant,bees=bee photos"`: which folder holds which class. */
import type { ClassFolders } from "../shared/dataset.js";
import { invalid } from "../shared/errors.js";
import { isTaken } from "../shared/look-up.js";

export const CLASSES_ARG = {
  type: "string",
  description:
    'The folder of each class, where they have other names, such as "ants=ant,bees=bee photos"; a folder may have commas in its name',
  valueHint: "list",
} as const;

/** Between pairs: a comma after which no class is named is one of a folder's name. */
const COMMA = /,(?=[^,=]*=)/;

/** @throws bad input for what is no list of such pairs, and for a class or a folder that is named twice */
export function classFolders(text: string | undefined): ClassFolders | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(COMMA).map((part) => part.split("=").map((side) => side.trim()));
  const sides = [0, 1].map((side) => new Set(pairs.map((pair) => pair[side])));
  const whole = pairs.every((pair) => pair.length === 2 && pair.every(Boolean) && !isTaken(pair[0]!));
  if (!whole || sides.some(({ size }) => size < pairs.length))
    throw invalid("--classes", "CLASS=FOLDER pairs with commas between them, each name once", text);
  return Object.fromEntries(pairs);
}

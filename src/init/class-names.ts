/** Which folder holds which class, read from the folders' names. */
import type { ClassFolders } from "../shared/dataset.js";
import { invalid, note } from "../shared/errors.js";

/**
 * The folder of each class: the one that has the class, in the plural or the singular, as a word of its name. "bee photos"
 * is of bees; "plants" is not of ants.
 * @throws bad input where a class has no such folder, or several
 */
export function guessFolders(
  dir: string,
  folders: readonly string[],
  classes: readonly string[],
): ClassFolders {
  const found = classes.map((name) => [name, folders.filter((folder) => isOf(name, folder))] as const);
  const odd = found.find(([, matches]) => matches.length !== 1);
  if (!odd) return Object.fromEntries(found.map(([name, [folder]]) => [name, folder!]));
  const flag = classes.map((name) => `${name}=FOLDER`).join(",");
  throw invalid(
    dir,
    `one folder named after ${odd[0]}, or --classes "${flag}"`,
    note(odd[1].length > 0 ? odd[1].join(" and ") : folders.join(", ") || "no folder"),
  );
}

/** @throws bad input where the folders are not of all the scene's classes, or of others too: a run would refuse them */
export function refuseOtherClasses(named: ClassFolders, classes: readonly string[]): void {
  const given = Object.keys(named).sort().join(", ");
  const known = classes.join(", ");
  if (given !== known)
    throw invalid("--classes", `a folder for each of the scene's classes, ${known}`, note(given));
}

function isOf(name: string, folder: string): boolean {
  const words = folder.toLowerCase().split(/[^a-z]+/);
  return words.includes(name) || words.includes(name.replace(/s$/, ""));
}

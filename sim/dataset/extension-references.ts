/** How worker processes find a user's own subjects and surroundings: they can be handed a module's name, but no functions. */
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { importExport, type ModuleExport } from "../../src/shared/module-export.js";
import { checkExtensions, type Extensions } from "../renderer/extensions.js";
import type { Subject } from "../subjects/subject.js";
import type { Surrounding } from "../surroundings/surrounding.js";

/** A module's export, and the name of the object that stands there. */
export type NamedExport = ModuleExport & { name: string };

export interface ExtensionReferences {
  subjects: NamedExport[];
  surroundings: NamedExport[];
}

/**
 * The references of objects that name their module. It is not loaded here, for it may be the very script that waits for
 * the renders; the workers find out whether it leads back to the object.
 * @throws bad input for an object that names none
 */
export function referencesOf({ subjects = [], surroundings = [] }: Extensions): ExtensionReferences {
  checkExtensions({ subjects, surroundings });
  return {
    subjects: subjects.map((one) => referenceOf("subject", one)),
    surroundings: surroundings.map((one) => referenceOf("surrounding", one)),
  };
}

function referenceOf(what: string, { name, module }: { name: string; module?: ModuleExport }): NamedExport {
  if (!module)
    throw invalid(`${what} ${name}: module`, "the module that exports it, for worker processes", module);
  return { ...module, name };
}

/** The objects themselves. @throws bad input where a module cannot be loaded, or exports something else */
export async function extensionsAt({ subjects, surroundings }: ExtensionReferences): Promise<Extensions> {
  const extensions = {
    subjects: await Promise.all(subjects.map((one) => load<Subject>(one, "subject"))),
    surroundings: await Promise.all(surroundings.map((one) => load<Surrounding>(one, "surrounding"))),
  };
  checkExtensions(extensions);
  return extensions;
}

async function load<T extends { name: string }>(reference: NamedExport, what: string): Promise<T> {
  const found = await imported(reference);
  const where = `${reference.export} of ${reference.url}`;
  if (typeof found !== "object" || found === null) throw invalid(where, `a ${what}`, found);
  const { name } = found as T;
  if (name !== reference.name) throw invalid(where, `${what} ${reference.name}`, name);
  return found as T;
}

async function imported(reference: ModuleExport): Promise<unknown> {
  try {
    return await importExport(reference);
  } catch (error) {
    if (error instanceof AntbeeError) throw error;
    const why = note((error as Error).message.split("\n")[0]!);
    throw invalid(reference.url, "a module that can be loaded", why);
  }
}

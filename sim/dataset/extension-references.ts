/** How worker processes find a user's own subjects and surroundings: they can be handed a module's name, but no functions. */
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { importExport, type ModuleExport } from "../../src/shared/module-export.js";
import { checkExtensions, type Extensions } from "../renderer/extensions.js";
import type { Subject } from "../subjects/subject.js";
import type { Surrounding } from "../surroundings/surrounding.js";

export interface ExtensionReferences {
  subjects: ModuleExport[];
  surroundings: ModuleExport[];
}

/**
 * The references of objects that name their module, each of which was found to lead back to it.
 * @throws bad input for an object that names none, or one that exports something else
 */
export async function referencesOf({
  subjects = [],
  surroundings = [],
}: Extensions): Promise<ExtensionReferences> {
  const references = {
    subjects: subjects.map((one) => moduleOf("subject", one)),
    surroundings: surroundings.map((one) => moduleOf("surrounding", one)),
  };
  const found = await extensionsAt(references);
  expectSame("subject", subjects, found.subjects!);
  expectSame("surrounding", surroundings, found.surroundings!);
  return references;
}

interface Named {
  name: string;
  module?: ModuleExport;
}

function moduleOf(what: string, { name, module }: Named): ModuleExport {
  if (!module)
    throw invalid(`${what} ${name}: module`, "the module that exports it, for worker processes", module);
  return module;
}

function expectSame(what: string, wanted: readonly Named[], found: readonly Named[]): void {
  wanted.forEach(({ name, module }, i) => {
    if (found[i]!.name !== name)
      throw invalid(`${module!.export} of ${module!.url}`, `${what} ${name}`, found[i]!.name);
  });
}

/** @throws bad input where a module cannot be loaded, or exports something else */
export async function extensionsAt({ subjects, surroundings }: ExtensionReferences): Promise<Extensions> {
  const extensions = {
    subjects: await Promise.all(subjects.map((one) => load<Subject>(one, "a subject"))),
    surroundings: await Promise.all(surroundings.map((one) => load<Surrounding>(one, "a surrounding"))),
  };
  checkExtensions(extensions);
  return extensions;
}

async function load<T extends object>(reference: ModuleExport, what: string): Promise<T> {
  const found = await imported(reference);
  if (typeof found !== "object" || found === null)
    throw invalid(`${reference.export} of ${reference.url}`, what, found);
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

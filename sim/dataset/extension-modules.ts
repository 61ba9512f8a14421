/** A user's own subjects and surroundings by module and name: child processes can be handed these, but no functions. */
import { AntbeeError, invalid, note } from "../../src/shared/errors.js";
import { checkExtensions, type Extensions } from "../renderer/extensions.js";
import type { Subject } from "../subjects/subject.js";
import type { Surrounding } from "../surroundings/surrounding.js";

export interface ModuleExport {
  /** The module's URL, such as `import.meta.resolve("./wasp.js")`. */
  module: string;
  /** The name that it exports the object under. */
  export: string;
}

export interface ExtensionModules {
  subjects?: readonly ModuleExport[];
  surroundings?: readonly ModuleExport[];
}

/** @throws bad input for a module that cannot be loaded, has no such export, or exports something else */
export async function loadExtensions({
  subjects = [],
  surroundings = [],
}: ExtensionModules = {}): Promise<Extensions> {
  const extensions = {
    subjects: await Promise.all(subjects.map((one) => load<Subject>(one, "a subject"))),
    surroundings: await Promise.all(surroundings.map((one) => load<Surrounding>(one, "a surrounding"))),
  };
  checkExtensions(extensions);
  return extensions;
}

async function load<T extends object>({ module, export: name }: ModuleExport, what: string): Promise<T> {
  try {
    const found = ((await import(module)) as Record<string, unknown>)[name];
    if (typeof found !== "object" || found === null) throw invalid(`${module}: ${name}`, what, found);
    return found as T;
  } catch (error) {
    if (error instanceof AntbeeError) throw error;
    throw invalid(module, "a module that can be loaded", note((error as Error).message.split("\n")[0]!));
  }
}

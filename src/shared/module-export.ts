/** Objects that hold functions, as other processes find them: by the module that exports them. */
import { invalid, note } from "./errors.js";

/** An export of a module: `{ url: import.meta.url, export: "wasp" }` beside the object itself. */
export interface ModuleExport {
  /** `file:` URL of the module. */
  url: string;
  export: string;
}

/** The exported value. @throws bad input where the module has no such export */
export async function importExport({ url, export: name }: ModuleExport): Promise<unknown> {
  const module = (await import(url)) as Record<string, unknown>;
  if (!Object.hasOwn(module, name)) throw invalid(url, `an export named ${name}`, note("none"));
  return module[name];
}

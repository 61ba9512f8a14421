/** Definitions of networks by name, and how other processes and threads find them. */
import { invalid, note, unknownName } from "../../src/shared/errors.js";
import { importExport, type ModuleExport } from "../../src/shared/module-export.js";
import { plainOptions } from "../../src/shared/plain-options.js";
import type { BackboneDefinition } from "./card.js";
import { type BackboneName, backbones } from "./registry.js";

/** The registry's entry. @throws bad input for a name that is not in it */
export function backboneDefinition(name: string): BackboneDefinition {
  if (!Object.hasOwn(backbones, name)) throw unknownName("backbone", Object.keys(backbones), name);
  return backbones[name as BackboneName];
}

/** How another process or thread finds a definition: by its name in the registry, or in a module. */
export type DefinitionReference = string | ModuleExport;

/** Null for a definition of one's own that names no module: it runs where it was made alone. */
export function referenceOf(definition: BackboneDefinition): DefinitionReference | null {
  const entry = Object.entries(backbones).find(([, known]) => known === definition);
  return entry?.[0] ?? definition.module ?? null;
}

/** What tells a definition from others of its name: nothing for the registry's, null for one that does not say. */
export function identityOf(definition: BackboneDefinition): { options?: unknown } | null {
  if (Object.values(backbones).includes(definition as never)) return {};
  return plainOptions(definition.options) ? { options: definition.options } : null;
}

/** The definition that a reference leads to. @throws bad input where it leads to none */
export async function definitionAt(reference: DefinitionReference): Promise<BackboneDefinition> {
  if (typeof reference === "string") return backboneDefinition(reference);
  const found = await importExport(reference);
  if (typeof (found as Partial<BackboneDefinition> | undefined)?.network !== "function")
    throw invalid(
      `${reference.export} of ${reference.url}`,
      "a backbone's definition",
      note("something else"),
    );
  return found as BackboneDefinition;
}

/** Scene files that build on another: `extends: standard.yaml` takes every factor that is not written anew from there. */
import { dirname, join, resolve } from "node:path";
import { invalid, note } from "../../src/shared/errors.js";
import { readYamlFile } from "../../src/shared/schema.js";

/**
 * The file's content with what it extends, not yet checked.
 * @throws bad input where a file is missing, is no YAML, or extends itself
 */
export async function readSceneFile(path: string, within: readonly string[] = []): Promise<unknown> {
  const place = resolve(path);
  if (within.includes(place)) throw invalid(`${path}: extends`, "another scene", note("this one again"));
  const content = await readYamlFile(path);
  if (!isMapping(content) || content.extends === undefined) return content;
  const { extends: base, ...own } = content;
  if (typeof base !== "string") throw invalid(`${path}: extends`, "the path of a scene file", base);
  const inherited = await readSceneFile(join(dirname(path), base), [...within, place]);
  return isMapping(inherited) ? overlaid(inherited, own) : inherited;
}

type Mapping = Record<string, unknown>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Factor by factor within a group; all else is replaced. */
function overlaid(base: Mapping, own: Mapping): Mapping {
  const changed = Object.entries(own).map(([group, factors]) => {
    const before = base[group];
    return [group, isMapping(before) && isMapping(factors) ? { ...before, ...factors } : factors];
  });
  return { ...base, ...Object.fromEntries(changed) };
}

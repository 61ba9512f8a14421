/** User files against strict schemas: the first fault becomes one sentence with its place, what was expected and found. */
import { z } from "zod";
import { type AntbeeError, invalid, note, unknownName } from "./errors.js";
import { readJson, readJsonLines, readText } from "./files.js";
import { isTaken, lookUp } from "./look-up.js";
import { parseYaml } from "./yaml.js";

/** No file of a person's is longer, and the parser's time grows with the square of the worst. */
const MAX_YAML_BYTES = 2 ** 16;

/** What a user calls a thing of theirs: it becomes a part of paths, and a key of objects. */
export const ownName = z
  .string()
  .max(80, "a name of at most 80 characters")
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, "a name of letters, digits, '.', '_' and '-'")
  .refine((name) => !isTaken(name), { error: "a name that no object has already" });

/** A path below a folder, with slashes, that does not lead out of it. */
export const relativePath = z
  .string()
  .min(1)
  .refine((path) => !/^\/|^[a-z]:|\\|\0|(^|\/)\.\.(\/|$)/i.test(path), { error: "a path below the folder" });

/** Checks `value`; `where` is the file or option that the user knows it by. */
export function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw firstFault(result.error.issues, value, where);
}

/** Reads a YAML file and checks it. */
export async function readYaml<S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> {
  return check(schema, await readYamlFile(path), path);
}

/** A YAML file's content, not checked yet. */
export const readYamlFile = async (path: string): Promise<unknown> =>
  parseYaml(await readText(path, MAX_YAML_BYTES), path);

/** Reads a JSON file and checks it. */
export async function readCheckedJson<S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> {
  return check(schema, await readJson(path), path);
}

/** The whole lines of a JSON-lines file, each checked; an absent file has none. */
export async function readCheckedLines<S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>[]> {
  return (await readJsonLines(path)).map((line, i) => check(schema, line, `${path}:${i + 1}`));
}

type Issue = z.core.$ZodIssue;

function firstFault(issues: readonly Issue[], value: unknown, where: string): AntbeeError {
  const issue = deepest(issues[0]!);
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return invalid(place(where, [...path, issue.keys[0]!]), "no such key", note("an unknown key"));
  const found = issue.path.reduce<unknown>((v, key) => (v as Record<PropertyKey, unknown>)?.[key], value);
  if (issue.code === "invalid_value" && issue.values.length > 1)
    return unknownName(place(where, path), issue.values.map(String), found);
  return invalid(place(where, path), expectation(issue), found);
}

/** In a union, the branch that came furthest tells the user more than "invalid input". */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors
    .flat()
    .map((inner) => deepest({ ...inner, path: [...issue.path, ...inner.path] }));
  const furthest = branches.sort((a, b) => b.path.length - a.path.length)[0];
  return furthest && furthest.path.length > issue.path.length ? furthest : issue;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return lookUp(KINDS, issue.expected) ?? issue.expected;
    case "too_small":
      return `${amount(issue.origin)} ${issue.inclusive ? "of at least" : "above"} ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "string") return issue.message;
      return `${amount(issue.origin)} ${issue.inclusive ? "of at most" : "below"} ${issue.maximum}`;
    case "invalid_value":
      return issue.values.length === 1
        ? String(issue.values[0])
        : `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return issue.message === "Invalid input" ? "a value of one of the documented forms" : issue.message;
    case "invalid_key":
      return expectation(issue.issues[0]!);
    case "invalid_format":
      return issue.message.startsWith("Invalid ") ? "text of the documented form" : issue.message;
    default:
      return issue.message === "Invalid input" ? "another value" : issue.message;
  }
}

/** What the kinds of values are called in a sentence. */
const KINDS: Record<string, string> = {
  int: "a whole number",
  object: "keys with values",
  record: "keys with values",
  array: "a list",
  tuple: "a list",
  string: "text",
  boolean: "true or false",
  number: "a number",
  nan: "a number",
};

const AMOUNTS: Record<string, string> = {
  number: "a number",
  int: "a number",
  array: "a list with a length",
  string: "text with a length",
};
const amount = (origin: string): string => lookUp(AMOUNTS, origin) ?? `a ${origin} with a size`;

const place = (where: string, path: readonly string[]) =>
  path.length ? `${where}: ${path.join(".")}` : where;

/** User files against strict schemas: the first fault becomes one sentence with its place, what was expected and found. */
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type AntbeeError, invalid, note } from "./errors.js";
import { readText } from "./files.js";

/** Checks `value`; `where` is the file or option that the user knows it by. */
export function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw firstFault(result.error.issues, value, where);
}

/** Reads a YAML file and checks it. */
export async function readYaml<S extends z.ZodType>(schema: S, path: string): Promise<z.output<S>> {
  return check(schema, parseYaml(await readText(path), path), path);
}

/** YAML 1.2 without anchors' surprises: doubled keys and syntax errors are bad input, with their line. */
export function parseYaml(text: string, where: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const error = document.errors[0];
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    throw invalid(
      `${where}:${line}`,
      "YAML",
      note(error.message.split("\n")[0]!.replace(/ at line .*$/, "")),
    );
  }
  return document.toJS();
}

type Issue = z.core.$ZodIssue;

function firstFault(issues: readonly Issue[], value: unknown, where: string): AntbeeError {
  const issue = deepest(issues[0]!);
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys")
    return invalid(place(where, [...path, issue.keys[0]!]), "no such key", note("an unknown key"));
  const found = issue.path.reduce<unknown>((v, key) => (v as Record<PropertyKey, unknown>)?.[key], value);
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
      return issue.expected === "int"
        ? "a whole number"
        : `${/^[aeio]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "too_small":
      return `${amount(issue.origin)} ${issue.inclusive ? "of at least" : "above"} ${issue.minimum}`;
    case "too_big":
      return `${amount(issue.origin)} ${issue.inclusive ? "of at most" : "below"} ${issue.maximum}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return "a value of one of the documented forms";
    default:
      return issue.message;
  }
}

const amount = (origin: string) =>
  origin === "number" || origin === "int" ? "a number" : `a ${origin} with a size`;

const place = (where: string, path: readonly string[]) =>
  path.length ? `${where}: ${path.join(".")}` : where;

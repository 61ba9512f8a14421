/** YAML 1.2 as data: what it writes is a tree of bounded size, with keys that are the writer's own. */
import { LineCounter, parseDocument } from "yaml";
import { invalid, note } from "./errors.js";

/** How often anchors may be repeated in all, and how deep values may stand in one another. */
const MAX_ALIASES = 100;
const MAX_DEPTH = 64;

/** @throws bad input with its line for doubled keys and wrong syntax; for circles, multiplied aliases and `__proto__` */
export function parseYaml(text: string, where: string): unknown {
  refuseDeepNesting(text, where);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true });
  const error = document.errors[0];
  if (error) {
    const { line } = lines.linePos(error.pos[0]);
    if (/call stack/.test(error.message)) throw tooDeeplyNested(where);
    throw invalid(`${where}:${line}`, "YAML", note(wordsOf(error.message)));
  }
  const value = plainValue(() => document.toJS({ maxAliasCount: MAX_ALIASES }), where);
  refuseStrange(value, where, []);
  return value;
}

/** The parser's first sentence, without its advice on programming. */
function wordsOf(message: string): string {
  if (message.startsWith("Source contains multiple documents")) return "several documents";
  return message.split("\n")[0]!.replace(/ at line .*$/, "");
}

/** The parser descends into each bracket, and would use up the stack. Indentation is bounded by the file's length. */
function refuseDeepNesting(text: string, where: string): void {
  const tooDeep = new RegExp(`(?:[[{]\\s*|- |\\? ){${4 * MAX_DEPTH}}`);
  if (tooDeep.test(text)) throw tooDeeplyNested(where);
}

function plainValue(toValue: () => unknown, where: string): unknown {
  try {
    return toValue();
  } catch (error) {
    if (error instanceof RangeError) throw tooDeeplyNested(where);
    const { message } = error as Error;
    const found = /unresolved alias/i.test(message) ? "an alias without its anchor" : "aliases of aliases";
    throw invalid(where, `anchors that are used ${MAX_ALIASES} times at most`, note(found));
  }
}

const tooDeeplyNested = (where: string) =>
  invalid(where, `values nested ${MAX_DEPTH} deep at most`, note("deeper ones"));

function refuseStrange(value: unknown, where: string, above: readonly unknown[]): void {
  if (typeof value !== "object" || value === null) return;
  if (above.includes(value))
    throw invalid(where, "no value inside itself", note("an alias of its own anchor"));
  if (above.length >= MAX_DEPTH) throw tooDeeplyNested(where);
  if (Object.hasOwn(value, "__proto__")) throw invalid(where, "keys of one's own", note("__proto__"));
  for (const inner of Object.values(value)) refuseStrange(inner, where, [...above, value]);
}

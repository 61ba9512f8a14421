/** What every command shares: strict flags, `--json`, results on standard output, errors as one sentence. */
import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import { invalid, note } from "../shared/errors.js";
import { nearest } from "../shared/nearest.js";
import { sayHowToContinue } from "./interrupt.js";

/** A command's result: `json` for scripts, `text` for people, and 1 or 2 where the answer itself is a failure. */
export interface Outcome {
  json: unknown;
  text: string;
  exitCode?: 1 | 2;
}

interface Definition<A extends ArgsDef> {
  name: string;
  /** Shown where an argument is missing. */
  example: string;
  description: string;
  args: A;
  /** Set where the command takes any number of positional arguments: `args._` holds them all. */
  variadic?: boolean;
  /** Set where tensors are computed: `--backend` names the engine, as the environment's ANTBEE_BACKEND does. */
  computes?: boolean;
  /** Set where the same command, or the same with this flag, continues what Ctrl-C stopped. */
  continues?: true | `--${string}`;
  run(args: ParsedArgs<A & typeof COMMON>): Promise<Outcome>;
}

const COMMON = {
  json: { type: "boolean", description: "Print the result as JSON" },
  debug: { type: "boolean", description: "Print the stack of an error" },
} as const satisfies ArgsDef;

/** A command that can show how it is called. */
export type ShownCommand = CommandDef & { example: string };

const COMPUTING = {
  backend: {
    type: "string",
    description: "What computes: auto, tensorflow, webgpu, wasm or cpu; ANTBEE_BACKEND where left out",
    valueHint: "name",
  },
} as const satisfies ArgsDef;

/** Defines a command whose flags are all known, and whose result goes to standard output in the form asked for. */
export function command<const A extends ArgsDef>({
  name,
  example,
  description,
  args,
  variadic,
  computes,
  continues,
  run,
}: Definition<A>): ShownCommand {
  const all: ArgsDef = { ...args, ...(computes ? COMPUTING : {}), ...COMMON };
  const defined = defineCommand({
    meta: { name: `antbee ${name}`, description },
    args: all,
    async run({ args: parsed, rawArgs }) {
      refuseUnknownFlags(rawArgs, all, name);
      if (!variadic) refuseSurplus(parsed._, all, name);
      refuseEmpty(parsed, all, name);
      if (typeof parsed.backend === "string") await nameBackend(parsed.backend);
      const ended = continues && sayHowToContinue(continues === true ? undefined : continues);
      const outcome = await run(parsed as ParsedArgs<A & typeof COMMON>).finally(ended || undefined);
      process.stdout.write(`${parsed.json ? JSON.stringify(outcome.json, null, 2) : outcome.text}\n`);
      return outcome;
    },
  }) as CommandDef;
  return { ...defined, example: `antbee ${example}` };
}

/** The parser's word for an argument that is missing, in antbee's; other errors as they are. */
export function missingArgument(error: unknown, name: string, { example }: ShownCommand): unknown {
  const missing = /^Missing required (?:positional )?argument: (.+)$/.exec((error as Error).message ?? "");
  if (!missing) return error;
  return invalid(`antbee ${name}`, `${missing[1]}, as in: ${example}`, undefined);
}

/** For this process, and for those that it starts. */
async function nameBackend(name: string): Promise<void> {
  const { checkBackendName } = await import("../../adapt/backend/names.js");
  process.env.ANTBEE_BACKEND = checkBackendName("--backend", name);
}

/** Long and short ones, and `--no-` before those that can be switched off. */
function refuseUnknownFlags(rawArgs: readonly string[], known: ArgsDef, name: string): void {
  const flags = Object.keys(known).filter((key) => known[key]!.type !== "positional");
  const isFlag = (flag: string) => flags.includes(flag) || flag === "help";
  const isShort = (letter: string) =>
    letter === "h" || flags.some((key) => aliasesOf(known[key]!).includes(letter));
  for (const raw of rawArgs) {
    if (raw === "--") return;
    const long = /^--(no-)?([^=]+)/.exec(raw);
    const wrong = long
      ? !(isFlag(long[2]!) && (!long[1] || known[long[2]!]?.type === "boolean")) &&
        !isFlag(`${long[1] ?? ""}${long[2]}`)
      : /^-[^-\d]/.test(raw) && ![...raw.slice(1)].every(isShort);
    if (wrong) throw unknownFlag(name, flags, raw.replace(/=.*/, ""));
  }
}

function unknownFlag(name: string, flags: readonly string[], flag: string): Error {
  const meant = nearest(flag.replace(/^-+(no-)?/, ""), flags);
  const found = meant === undefined ? flag : `${flag}; did you mean \`--${meant}\`?`;
  return invalid(`antbee ${name}`, `one of --${flags.join(", --")}`, note(found));
}

const aliasesOf = (arg: ArgsDef[string]): string[] => ("alias" in arg ? [arg.alias ?? []].flat() : []);

function refuseSurplus(positionals: readonly string[], known: ArgsDef, name: string): void {
  const wanted = Object.values(known).filter((arg) => arg.type === "positional").length;
  if (positionals.length > wanted)
    throw invalid(`antbee ${name}`, `${wanted} argument${wanted === 1 ? "" : "s"}`, positionals[wanted]);
}

/** A flag without its value, or a variable that was empty. */
function refuseEmpty(parsed: Record<string, unknown> & { _: string[] }, known: ArgsDef, name: string): void {
  if (parsed._.includes("")) throw invalid(`antbee ${name}`, "arguments with content", "");
  for (const [key, { type }] of Object.entries(known))
    if (type === "string" && parsed[key] === "") throw invalid(`--${key}`, "a value", "");
}

/** A flag's whole number, in decimal digits, of at least `min` and at most `max`; undefined stays undefined. */
export function wholeNumber(flag: string, text: string, min: number, max?: number): number;
export function wholeNumber(
  flag: string,
  text: string | undefined,
  min: number,
  max?: number,
): number | undefined;
export function wholeNumber(
  flag: string,
  text: string | undefined,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isInteger(value) || value < min)
    throw invalid(`--${flag}`, `a whole number of at least ${min}`, text);
  if (value > max) throw invalid(`--${flag}`, `a whole number of at most ${max}`, text);
  return value;
}

/** A flag's comma-separated whole numbers, each once: `--seeds 0,1,2`. */
export function wholeNumbers(flag: string, text: string | undefined): number[] | undefined {
  const numbers = text?.split(",").map((part) => wholeNumber(flag, part.trim(), 0));
  if (numbers && new Set(numbers).size < numbers.length) throw invalid(`--${flag}`, "each number once", text);
  return numbers;
}

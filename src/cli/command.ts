/** What every command shares: strict flags, `--json`, results on standard output, errors as one sentence. */
import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import { AntbeeError, invalid, note } from "../shared/errors.js";

/** A command's result: `json` for scripts, `text` for people, and 1 or 2 where the answer itself is a failure. */
export interface Outcome {
  json: unknown;
  text: string;
  exitCode?: 1 | 2;
}

interface Definition<A extends ArgsDef> {
  name: string;
  description: string;
  args: A;
  /** Set where the command takes any number of positional arguments: `args._` holds them all. */
  variadic?: boolean;
  run(args: ParsedArgs<A & typeof COMMON>): Promise<Outcome>;
}

const COMMON = {
  json: { type: "boolean", description: "Print the result as JSON" },
  debug: { type: "boolean", description: "Print the stack of an error" },
} as const satisfies ArgsDef;

/** Defines a command whose flags are all known, and whose result goes to standard output in the form asked for. */
export function command<const A extends ArgsDef>({
  name,
  description,
  args,
  variadic,
  run,
}: Definition<A>): CommandDef {
  const all = { ...args, ...COMMON };
  return defineCommand({
    meta: { name: `antbee ${name}`, description },
    args: all,
    async run({ args: parsed, rawArgs }) {
      refuseUnknownFlags(rawArgs, all, name);
      if (!variadic) refuseSurplus(parsed._, all, name);
      const outcome = await run(parsed as ParsedArgs<A & typeof COMMON>);
      process.stdout.write(`${parsed.json ? JSON.stringify(outcome.json, null, 2) : outcome.text}\n`);
      if (outcome.exitCode) process.exitCode = outcome.exitCode;
    },
  }) as CommandDef;
}

function refuseUnknownFlags(rawArgs: readonly string[], known: ArgsDef, name: string): void {
  for (const raw of rawArgs) {
    if (raw === "--") return;
    const flag = /^--(?:no-)?([^=]+)/.exec(raw)?.[1];
    if (flag && !(flag in known) && flag !== "help") {
      const flags = Object.keys(known).filter((key) => known[key]!.type !== "positional");
      throw invalid(`antbee ${name}`, `one of --${flags.join(", --")}`, note(`--${flag}`));
    }
  }
}

function refuseSurplus(positionals: readonly string[], known: ArgsDef, name: string): void {
  const wanted = Object.values(known).filter((arg) => arg.type === "positional").length;
  if (positionals.length > wanted)
    throw invalid(`antbee ${name}`, `${wanted} argument${wanted === 1 ? "" : "s"}`, positionals[wanted]);
}

/** A flag's whole number of at least `min`; undefined stays undefined. */
export function wholeNumber(flag: string, text: string, min: number): number;
export function wholeNumber(flag: string, text: string | undefined, min: number): number | undefined;
export function wholeNumber(flag: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < min)
    throw invalid(`--${flag}`, `a whole number of at least ${min}`, text);
  return value;
}

/** A flag's comma-separated whole numbers: `--seeds 0,1,2`. */
export function wholeNumbers(flag: string, text: string | undefined): number[] | undefined {
  return text?.split(",").map((part) => wholeNumber(flag, part, 0));
}

/** Prints an error as the user should see it and returns the exit code. */
export function reportError(error: unknown, debug: boolean): number {
  const known = error instanceof AntbeeError;
  const usage = (error as Error)?.name === "CLIError";
  const plain = (error as Error)?.message ?? String(error);
  process.stderr.write(`antbee: ${plain}\n`);
  if (debug || !(known || usage)) process.stderr.write(`${(error as Error)?.stack ?? ""}\n`);
  if (known) return error.exitCode;
  return usage ? 2 : 1;
}

/** The `antbee` command: finds the subcommand, loads it alone, and turns errors into a sentence and an exit code. */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { defineCommand, renderUsage, runCommand } from "citty";
import { AntbeeError, explainSystemError, unknownName } from "../shared/errors.js";
import { packageFile } from "../shared/roots.js";
import { missingArgument, type Outcome, type ShownCommand } from "./command.js";

const commands = {
  doctor: () => import("./doctor.js").then((m) => m.default),
  render: () => import("./render.js").then((m) => m.default),
  validate: () => import("./validate.js").then((m) => m.default),
  stats: () => import("./stats.js").then((m) => m.default),
  vis: () => import("./vis.js").then((m) => m.default),
  export: () => import("./export.js").then((m) => m.default),
  replay: () => import("./replay.js").then((m) => m.default),
  run: () => import("./run.js").then((m) => m.default),
  init: () => import("./init.js").then((m) => m.default),
  submit: () => import("./submit.js").then((m) => m.default),
  status: () => import("./status.js").then((m) => m.default),
  eval: () => import("./eval.js").then((m) => m.default),
  predict: () => import("./predict.js").then((m) => m.default),
  compare: () => import("./compare.js").then((m) => m.default),
  ablate: () => import("./ablate.js").then((m) => m.default),
  data: () => import("./data.js").then((m) => m.default),
  backbones: () => import("./backbones.js").then((m) => m.default),
  batch: () => import("./batch.js").then((m) => m.default),
  cache: () => import("./cache.js").then((m) => m.default),
  backend: () => import("./backend.js").then((m) => m.default),
} satisfies Record<string, () => Promise<ShownCommand>>;

const { version, description } = JSON.parse(readFileSync(packageFile("package.json"), "utf8"));
const main = defineCommand({ meta: { name: "antbee", version, description }, subCommands: commands });

/** Runs a command line to its end. @returns the exit code; what went wrong was said on standard error */
export async function antbee(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    return reportError(error, argv.includes("--debug"));
  }
}

async function run([name, ...rest]: readonly string[]): Promise<number> {
  if (name === "--version") return print(version);
  if (name === undefined || name === "--help" || name === "-h") return print(await renderUsage(main));
  if (!Object.hasOwn(commands, name)) throw unknownName("antbee", Object.keys(commands), name);
  const command: ShownCommand = await commands[name as keyof typeof commands]();
  const flags = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (flags.includes("--help") || flags.includes("-h")) return print(await renderUsage(command));
  const { result } = await runCommand(command, { rawArgs: [...rest] }).catch((error) => {
    throw missingArgument(error, name, command);
  });
  return (result as Outcome).exitCode ?? 0;
}

function print(text: string): 0 {
  process.stdout.write(`${process.stdout.isTTY ? text : stripVTControlCharacters(text)}\n`);
  return 0;
}

/** Prints an error as the user should see it and returns the exit code. */
export function reportError(error: unknown, debug: boolean): number {
  const usage = (error as Error)?.name === "CLIError";
  const shown = expected(error);
  const message = stripVTControlCharacters(shown?.message ?? (error as Error)?.message ?? String(error));
  process.stderr.write(`antbee: ${usage || shown ? message : `${message} (a fault of antbee's own)`}\n`);
  if (debug || !(shown || usage)) process.stderr.write(`${(error as Error)?.stack ?? ""}\n`);
  return shown?.exitCode ?? (usage ? 2 : 1);
}

/** A failure with a sentence of its own: antbee's, or what the system refused. */
function expected(error: unknown): AntbeeError | undefined {
  if (error instanceof AntbeeError) return error;
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof code !== "string" || !syscall) return undefined;
  return explainSystemError(path ?? syscall, error);
}

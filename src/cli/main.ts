#!/usr/bin/env node
/** The process of the `antbee` command: its arguments in, its exit code out, and an end to it whatever happens. */
import { explainSystemError } from "../shared/errors.js";
import { antbee, reportError } from "./antbee.js";

const argv = process.argv.slice(2);
const debug = argv.includes("--debug");

/** Nothing can be done any more: it is said, and what still runs is left behind. */
function abandon(error: unknown): never {
  process.exit(reportError(error, debug));
}

process.stdout.on("error", (error) => abandon(explainSystemError("standard output", error)));
process.stderr.on("error", () => process.exit(1)); // nobody is left to be told
process.on("uncaughtException", abandon);
process.exitCode = await antbee(argv);

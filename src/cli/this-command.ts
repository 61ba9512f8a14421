/** How this very command is called again by another process, and which version it is. */
import { readFileSync } from "node:fs";
import { packageFile } from "../shared/roots.js";

/** Node, its flags and the script: no search path has to be the same on the other machine. */
export const thisCommand = (): string[] => [process.execPath, ...process.execArgv, process.argv[1]!];

export const antbeeVersion = (): string =>
  JSON.parse(readFileSync(packageFile("package.json"), "utf8")).version;

/** What was typed, to be typed again. */
export const typedCommand = (argv = process.argv.slice(2)): string =>
  `npx antbee ${argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ")}`;

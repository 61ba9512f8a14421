/** Ctrl-C: what was finished stays, and the user is told how to go on. */
import { typedCommand } from "./this-command.js";

/** The exit code of a process that SIGINT ended, as shells count: 128 + 2. */
const INTERRUPTED = 130;
const SHOW_CURSOR = "\u001b[?25h"; // a progress bar hides it

/**
 * Ends this process on SIGINT with a sentence; its workers end with it.
 * @param flag what the same command needs to go on, such as `--resume`
 * @returns ends the watch
 */
export function sayHowToContinue(flag?: string): () => void {
  const missing = flag !== undefined && !process.argv.includes(flag);
  const again = missing ? `${typedCommand()} ${flag}` : typedCommand();
  const what = missing ? `${flag} continues` : "the same command continues";
  const stop = () => {
    if (process.stderr.isTTY) process.stderr.write(`${SHOW_CURSOR}\n`);
    process.stderr.write(`antbee: stopped; ${what} where it was: ${again}\n`);
    process.exit(INTERRUPTED);
  };
  process.once("SIGINT", stop);
  return () => void process.off("SIGINT", stop);
}

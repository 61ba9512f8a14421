/** A process that does not end when it is asked to. */
import { answerParent } from "../../src/shared/pool.js";

process.on("SIGTERM", () => undefined);
answerParent(async (task: string): Promise<string> => task);

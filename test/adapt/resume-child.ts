/** Trains as the test of resuming asks, in a process of its own; it may be killed between or within epochs. */
import { trainForResume } from "./resume-training.js";

await trainForResume(process.argv[2]!, (epoch) => process.stdout.write(`epoch ${epoch}\n`));

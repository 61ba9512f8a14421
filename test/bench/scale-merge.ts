/** A merge in a process of its own, whose memory is its own. */
import { mergeDataset } from "../../sim/dataset/merge.js";

const began = performance.now();
await mergeDataset(process.argv[2]!);
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS / 1024 }));

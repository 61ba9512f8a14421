/** Uses a warm pool whose processes would wait for ten minutes, prints their numbers, and ends; or stays, with "stay". */
import { borrowPool } from "../../src/shared/warm-pool.js";
import type { PidTask } from "./pid-worker.js";

const pool = borrowPool<PidTask, number>(import.meta.url, "pid-worker", 2, 600_000);
const pids = await Promise.all([pool.run("tell"), pool.run("tell")]);
await pool.close();
console.log(pids.join(" "));
if (process.argv[2] === "stay") setInterval(() => undefined, 1000);

/** A script whose pool takes long to close: it says so when that is done. */
import { openPool } from "../../src/shared/pool.js";

const pool = openPool<string, string>(import.meta.url, "stubborn-worker", 1);
const answer = await pool.run("answered");
await pool.close();
process.stdout.write(`${answer}, closed\n`);

/** `antbee status DIR` */
import { command } from "./command.js";

export default command({
  name: "status",
  example: "status renders/seven",
  description:
    "How far the units of a submitted scene or experiment are: done, running, failed, left; read from the folder alone",
  args: {
    dir: {
      type: "positional",
      required: true,
      description: "A dataset that is rendered in shards, or an experiment's folder (OUT/NAME)",
    },
    done: { type: "boolean", description: "Exit with 1 unless every unit is done" },
  },
  async run({ dir, done }) {
    const { describeStatus, workStatus } = await import("../engines/status.js");
    const status = await workStatus(dir);
    const unfinished = status.total - status.done > 0;
    return { json: status, text: describeStatus(status), exitCode: done && unfinished ? 1 : undefined };
  },
});

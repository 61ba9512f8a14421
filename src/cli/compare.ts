/** `antbee compare RUN... --out DIR` */
import { dirname, resolve } from "node:path";
import { summaryText } from "../../eval/report/summary.js";
import { markdownTable } from "../../eval/report/table.js";
import { command } from "./command.js";
import { printEvents } from "./events.js";
import { typedCommand } from "./this-command.js";

export default command({
  name: "compare",
  example: "compare runs/demo --out reports/demo",
  description: "Write the comparison report of finished runs: index.html, report.json, report.md, figures",
  variadic: true,
  args: {
    run: { type: "positional", required: true, description: "Runs, arms or experiment folders" },
    out: { type: "string", description: "The report's folder", required: true, valueHint: "dir" },
    "with-images": {
      type: "boolean",
      description: "Embed images of the target too: such a report is not for publishing",
    },
  },
  async run({ _: paths, out, "with-images": withImages }) {
    const { compareRuns } = await import("../experiment/report/compare.js");
    const { findRuns } = await import("../experiment/store/store.js");
    const [first] = await findRuns(paths[0]!);
    const runs = dirname(dirname(dirname(resolve(first!))));
    const command = typedCommand();
    const comparison = await compareRuns(paths, {
      report: out,
      out: runs,
      command,
      withImages,
      on: printEvents(),
    });
    const text = [summaryText(comparison), "", markdownTable(comparison), "", `report: ${out}/index.html`];
    return { json: comparison, text: text.join("\n") };
  },
});

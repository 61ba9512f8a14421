/** `antbee export DIR --format F --out DIR` */
import { showProgress } from "../shared/progress.js";
import { command } from "./command.js";

export default command({
  name: "export",
  example: "export my-renders --format coco --out my-coco",
  description: "Write a rendered dataset in another format",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    format: {
      type: "string",
      required: true,
      description: "coco, yolo, voc, webdataset or imagefolder",
      valueHint: "name",
    },
    out: { type: "string", required: true, description: "A folder of its own", valueHint: "dir" },
  },
  async run({ dir, format, out }) {
    const { exportDataset } = await import("../../sim/export/export.js");
    const result = await exportDataset(dir, format, out, showProgress("exporting"));
    const { images, instances } = result;
    return { json: result, text: `${images} images with ${instances} instances as ${format}: ${out}` };
  },
});

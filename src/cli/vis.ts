/** `antbee vis DIR` */
import { join } from "node:path";
import { command, wholeNumber } from "./command.js";

export default command({
  name: "vis",
  example: "vis my-renders",
  description: "Write a contact sheet of a rendered dataset with its boxes, masks and keypoints",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    count: { type: "string", description: "Pictures on the sheet", default: "16", valueHint: "n" },
    start: { type: "string", description: "Index of the first picture", default: "0", valueHint: "i" },
    tile: { type: "string", description: "Side of a picture in pixels", default: "320", valueHint: "px" },
    out: { type: "string", description: "The sheet; DIR/vis.png by default", valueHint: "file" },
  },
  async run({ dir, count, start, tile, out }) {
    const { datasetManifest } = await import("../../sim/dataset/manifest.js");
    const { writeContactSheet } = await import("../../sim/dataset/contact-sheet.js");
    const options = {
      masks: true,
      start: wholeNumber("start", start, 0),
      tile: wholeNumber("tile", tile, 32, 4096),
    };
    const pictures = wholeNumber("count", count, 1);
    await datasetManifest(dir);
    const path = out ?? join(dir, "vis.png");
    await writeContactSheet(dir, pictures, options, path);
    return { json: { sheet: path }, text: `contact sheet: ${path}` };
  },
});

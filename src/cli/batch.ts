/** `antbee batch DIR --out PNG` */
import { command, wholeNumber } from "./command.js";

export default command({
  name: "batch",
  example: "batch my-photos --out grid.png",
  description: "Write a grid of an augmented batch, titled by class: what training sees of a dataset",
  args: {
    dir: { type: "positional", required: true, description: "An ImageFolder dataset" },
    out: { type: "string", required: true, description: "The picture, a PNG", valueHint: "file" },
    count: { type: "string", default: "4", description: "Images, one a row", valueHint: "n" },
    views: { type: "string", default: "4", description: "Training views of each", valueHint: "n" },
    backbone: {
      type: "string",
      default: "resnet18",
      description: "Whose preprocessing to show",
      valueHint: "name",
    },
    seed: { type: "string", default: "0", description: "Draws the images", valueHint: "n" },
  },
  async run({ dir, out, backbone, ...numbers }) {
    const { writeBatchGrid } = await import("../experiment/report/batch-grid.js");
    const count = wholeNumber("count", numbers.count, 1);
    const views = wholeNumber("views", numbers.views, 0);
    const seed = wholeNumber("seed", numbers.seed, 0);
    const grid = await writeBatchGrid({ dir, out, backbone, count, views, seed });
    return { json: grid, text: `${grid.out}: ${grid.items.join(", ")}` };
  },
});

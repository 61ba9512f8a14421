/** `antbee stats DIR` */
import { join } from "node:path";
import type { DatasetStatistics, PictureSummary, Spread } from "../../sim/dataset/statistics.js";
import { showProgress } from "../shared/progress.js";
import { command, wholeNumber } from "./command.js";

export default command({
  name: "stats",
  example: "stats my-renders",
  description:
    "Brightness, colour, sharpness, subject size and position and class balance, beside the real train split",
  args: {
    dir: { type: "positional", required: true, description: "A rendered dataset" },
    beside: {
      type: "string",
      description: "A dataset with a train split; hymenoptera by default, where it is here",
      valueHint: "dir",
    },
    images: {
      type: "string",
      description: "Pictures to measure of each",
      default: "400",
      valueHint: "n",
    },
    out: { type: "string", description: "The picture; DIR/stats.png by default", valueHint: "file" },
  },
  async run({ dir, beside, images, out }) {
    const { datasetStatistics } = await import("../datasets/statistics.js");
    const { writeStatisticsPicture } = await import("../../sim/dataset/statistics-picture.js");
    const statistics = await datasetStatistics(dir, {
      beside,
      images: wholeNumber("images", images, 2),
      onProgress: showProgress("measuring"),
    });
    const picture = await writeStatisticsPicture(statistics, out ?? join(dir, "stats.png"));
    const { places: _, ...json } = statistics;
    return { json: { ...json, picture }, text: text(statistics, picture) };
  },
});

function text(statistics: DatasetStatistics, picture: string): string {
  const { real, classes, realClasses, presets, pixels, subjects } = statistics;
  const pixelLines = pixels.map(({ name, source, target, difference }) => {
    const beside = real ? `  ${range(target)}  ${difference > 0 ? "+" : ""}${difference.toFixed(2)}` : "";
    return `  ${name.padEnd(14)}${range(source)}${beside}`;
  });
  return [
    `renders: ${counts(classes)}`,
    `presets: ${counts(presets)}`,
    real ? `real: ${counts(realClasses)} (${real})` : "real: no photographs found to stand beside",
    `pixels, median [10 %, 90 %]: renders${real ? ", real, difference of means in standard deviations of the real" : ""}`,
    ...pixelLines,
    "the largest insect of each render: size and place as shares of the picture",
    ...Object.entries(subjects).map(([name, spread]) => `  ${name.padEnd(14)}${range(spread)}`),
    `picture: ${picture}`,
  ].join("\n");
}

const counts = (of: Record<string, number>): string =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");

const range = ({ median, p10, p90 }: PictureSummary | Spread): string =>
  `${median.toFixed(3)} [${p10.toFixed(3)}, ${p90.toFixed(3)}]`;

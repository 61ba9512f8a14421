/** What renders look like beside photographs, in figures. */
import { describeStatistics as describe } from "../../eval/comparison/statistics.js";
import { imageStatistics as measure } from "../../eval/images/image-statistics.js";
import {
  type DatasetStatistics,
  type StatisticsOptions,
  datasetStatistics as statistics,
} from "../../sim/dataset/statistics.js";

/**
 * Brightness, colour, sharpness, subjects' sizes and places, and class balance of a rendered dataset, beside a dataset's
 * train split where one is here.
 * @throws bad input where `dir` holds no rendered dataset
 */
export const datasetStatistics = (
  dir: string,
  options: Omit<StatisticsOptions<unknown>, "measures"> = {},
): Promise<DatasetStatistics> => statistics(dir, { ...options, measures: { measure, describe } });

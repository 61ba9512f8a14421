/** What an ablation found, in sentences. */
import { pointsInterval, pointsSize } from "../comparison/format.js";
import { quantile } from "../statistics/intervals.js";
import type { Ablation, AblationVariant } from "./schema.js";

type Figures = Pick<Ablation, "variants" | "seeds" | "target" | "full">;

/** "without light", "250 renders". */
export const variantLabel = ({ factor, count }: Pick<AblationVariant, "factor" | "count">): string =>
  factor === null ? `${count} renders` : `without ${factor}`;

/** What was shown, or that nothing was. */
export function ablationHeadline(figures: Figures): string {
  const shown = figures.variants.filter((one) => one.shown);
  const found = shown.map((one) => `${variantLabel(one)} ${pointsInterval(one.difference)} points`);
  const { seeds, target } = figures;
  const where = `on ${target.n} training images of ${target.dataset}`;
  if (seeds.length === 1) return `A preview of one seed ${where}: it decides nothing.`;
  return found.length > 0
    ? `Shown against the whole scene ${where}: ${found.join("; ")}.`
    : `No difference from the whole scene was shown ${where}, which is not to say that there is none.`;
}

/** How large a difference had to be for this run to show it, from the crossed standard errors. */
export function smallestSentence({ variants, seeds, target }: Figures): string {
  const all = variants.flatMap(({ smallest }) => smallest ?? []);
  if (all.length === 0) return "One seed can show no difference, of whatever size.";
  const alone = spread(all.map((one) => one.alone));
  const family = spread(all.map((one) => one.family));
  return `With ${seeds.length} seeds and ${target.n} images a difference had to reach ${alone} points to be shown by itself, and ${family} points after correction for all that was tested; a true one of that size is shown every other time. A smaller one may be there and was not shown.`;
}

/** "3.1", or the median and both ends where variants differ. */
function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, middle, high] = [sorted[0]!, quantile(sorted, 0.5), sorted.at(-1)!].map(pointsSize);
  return low === high ? low! : `${middle} (${low} to ${high})`;
}

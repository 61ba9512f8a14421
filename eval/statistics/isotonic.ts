/** The nearest sequence that never falls. */

/**
 * Least squares under the order y_1 <= y_2 <= …, by pooling adjacent violators (Barlow et al., "Statistical Inference
 * under Order Restrictions", 1972, section 1.2).
 * @param values of equal weight
 */
export function isotonic(values: readonly number[]): number[] {
  const blocks: { sum: number; count: number }[] = [];
  for (const value of values) {
    blocks.push({ sum: value, count: 1 });
    while (blocks.length > 1 && meanOf(blocks.at(-2)!) > meanOf(blocks.at(-1)!)) {
      const { sum, count } = blocks.pop()!;
      blocks.at(-1)!.sum += sum;
      blocks.at(-1)!.count += count;
    }
  }
  return blocks.flatMap((block) => Array<number>(block.count).fill(meanOf(block)));
}

const meanOf = ({ sum, count }: { sum: number; count: number }): number => sum / count;

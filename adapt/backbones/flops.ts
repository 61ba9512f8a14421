/** What one image costs. */
import { costOf } from "../layers/network.js";
import type { BackboneDefinition } from "./card.js";

/**
 * Floating-point operations of the convolutions and linear layers for one image at the card's size, a multiply-add
 * counted as two.
 */
export function flopsOf({ card, network }: BackboneDefinition): number {
  const { size } = card.preprocessing;
  const span = card.classes ? {} : { to: card.headStage };
  return 2 * costOf(network(card.classes?.count ?? 0), [size, size, 3], span).multiplyAdds;
}

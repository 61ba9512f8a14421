/** `antbee backbones [list|fetch NAME]` */
import type { BackboneDefinition } from "../../adapt/backbones/card.js";
import { invalid, note, unknownName } from "../shared/errors.js";
import { downloadWeights } from "../shared/fetch.js";
import { lookUp } from "../shared/look-up.js";
import { showProgress } from "../shared/progress.js";
import { findWeights } from "../shared/roots.js";
import { command, type Outcome } from "./command.js";

export default command({
  name: "backbones",
  example: "backbones list",
  description: "Model cards of the backbones, and what of their weights is here",
  args: {
    action: { type: "positional", required: false, default: "list", description: "list or fetch" },
    name: { type: "positional", required: false, description: "The backbone to fetch" },
  },
  async run({ action = "list", name }) {
    const { backbones } = await import("../../adapt/backbones/registry.js");
    if (action === "list") {
      const { flopsOf } = await import("../../adapt/backbones/flops.js");
      return list(Object.values(backbones), flopsOf);
    }
    if (action !== "fetch") throw invalid("antbee backbones", "list or fetch", action);
    const definition = lookUp(backbones as Record<string, BackboneDefinition>, name ?? "");
    if (!definition) throw unknownName("antbee backbones fetch", Object.keys(backbones), name);
    return fetchBackbone(definition);
  },
});

/** Where a backbone's weights stand: with a dependency, or in a data root. */
const weightsOf = ({ card, bundledPath }: BackboneDefinition): string | undefined =>
  bundledPath ? bundledPath() : findWeights(card.weights.file);

function list(
  definitions: readonly BackboneDefinition[],
  flopsOf: (definition: BackboneDefinition) => number,
): Outcome {
  const rows = definitions.map((definition) => ({
    ...definition.card,
    flops: flopsOf(definition),
    found: weightsOf(definition) ?? null,
  }));
  const text = rows.map(({ name, parameters, flops, preprocessing, padding, weights, found }) =>
    [
      `${name}: ${(parameters / 1e6).toFixed(2)} M parameters, ${(flops / 1e9).toFixed(2)} GFLOP an image of ${preprocessing.size} px, ${padding} padding`,
      `  ${weights.pretraining}; ${weights.licence}; sha256 ${weights.sha256}`,
      `  ${found ?? (weights.url ? "not here; antbee backbones fetch" : `not here; put ${weights.file} into a data root's weights/`)}`,
    ].join("\n"),
  );
  return { json: rows, text: text.join("\n") };
}

async function fetchBackbone(definition: BackboneDefinition): Promise<Outcome> {
  const { name, weights } = definition.card;
  const here = weightsOf(definition);
  if (!here && !weights.url)
    throw invalid(
      name,
      `${weights.file} in a data root's weights/`,
      note("no published address to fetch from"),
    );
  const path =
    here ?? (await downloadWeights(weights.url!, weights.sha256, showProgress(`fetching ${name} (bytes)`)));
  return {
    json: { name, path, fetched: !here },
    text: here ? `${name} is already at ${path}` : `${name}: ${path}`,
  };
}

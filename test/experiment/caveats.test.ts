import { describe, expect, it } from "vitest";
import { backbones } from "../../adapt/backbones/registry.js";
import { caveatsOf, recordedCaveats } from "../../src/experiment/store/caveats.js";
import type { RunRecord } from "../../src/experiment/store/store.js";

const { tf_mobilenet_v2, objectron_mobilenet_v2 } = backbones;
const of = (entry: typeof tf_mobilenet_v2, dataset: string, rendered = true) =>
  caveatsOf({
    card: entry.card,
    sha256: entry.card.weights.sha256,
    target: { dataset, classes: ["ants", "bees"] },
    rendered,
  });
const text = (caveats: ReturnType<typeof of>) => caveats.map(({ statement }) => statement).join(" ");

describe("caveats of cards", () => {
  it("say of hymenoptera under ImageNet weights that classes and images were in the pretraining", () => {
    const caveats = of(tf_mobilenet_v2, "hymenoptera");
    expect(caveats.map((c) => c.about)).toEqual(["weights", "weights", "source"]);
    expect(text(caveats)).toMatch(
      /ants and bees among its classes.*subset of ImageNet.*renderer was developed/,
    );
  });

  it("say nothing of the photographs or the renderer where another set is the target", () => {
    for (const dataset of ["folder", "stand-in", "toString"])
      expect(text(of(tf_mobilenet_v2, dataset))).toMatch(
        /^tf_mobilenet_v2 was pretrained on ImageNet-1k[^.]*\.$/,
      );
  });

  it("say nothing of ImageNet for weights of another pretraining", () => {
    expect(text(of(objectron_mobilenet_v2, "hymenoptera"))).not.toContain("ImageNet");
    expect(of(objectron_mobilenet_v2, "folder")).toEqual([]);
  });

  it("say nothing of the renderer where the source is a dataset", () => {
    expect(of(tf_mobilenet_v2, "hymenoptera", false).map((c) => c.about)).toEqual(["weights", "weights"]);
  });

  it("say nothing of classes that the pretrained classifier does not have", () => {
    const target = { dataset: "folder", classes: ["ants", "bees", "wasps"] };
    const { card } = tf_mobilenet_v2;
    expect(caveatsOf({ card, sha256: card.weights.sha256, target, rendered: true })).toEqual([]);
  });

  it("admit that the pretraining of weights of one's own is unknown", () => {
    const target = { dataset: "hymenoptera", classes: ["ants", "bees"] };
    const [own, ...others] = caveatsOf({ card: tf_mobilenet_v2.card, sha256: "00", target, rendered: false });
    expect(own!.statement).toContain("not known");
    expect(others).toEqual([]);
  });

  it("are those of the record, or the cards' for a record without", () => {
    const record = {
      backbone: { name: "tf_mobilenet_v2", sha256: tf_mobilenet_v2.card.weights.sha256 },
      target: { dataset: "hymenoptera" },
      source: { scene: "scenes/standard.yaml" },
    } as RunRecord;
    expect(recordedCaveats(record, ["ants", "bees"])).toEqual(of(tf_mobilenet_v2, "hymenoptera"));
    const kept = [{ about: "target" as const, statement: "Kept." }];
    expect(recordedCaveats({ ...record, caveats: kept }, ["ants", "bees"])).toEqual(kept);
    expect(recordedCaveats({ ...record, backbone: { ...record.backbone, name: "own" } }, [])).toEqual([]);
  });
});

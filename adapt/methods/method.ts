/** What a domain-adaptation method is: what it may see is what its input's type holds. */
import type { Track } from "../../src/shared/types.js";
import type { Examples, UnlabeledExamples } from "../examples.js";
import type { Model } from "../model.js";

export interface SourceInput {
  model: Model;
  source: Examples;
  seed: number;
}

/** Target images without their labels. */
export interface UnlabelledInput extends SourceInput {
  target: UnlabeledExamples;
}

export interface Method<Input extends SourceInput = UnlabelledInput> {
  name: string;
  track: Track;
  needs: { source: "labels"; target: "nothing" | "images" };
  /** The paper and the equation it follows. */
  reference: string;
  /** The model after adaptation. Activations of source and target enter the head's stage. */
  run(input: Input): Promise<Model>;
}

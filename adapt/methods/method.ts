/** What a domain-adaptation method is: what it may see is what its input's type holds. */
import { join } from "node:path";
import { z } from "zod";
import { check } from "../../src/shared/schema.js";
import type { Track } from "../../src/shared/types.js";
import type { BackboneCard } from "../backbones/card.js";
import type { Model } from "../backbones/model.js";
import type { LabeledImages, UnlabeledImages } from "../images/images.js";

/** What every method is given. */
export interface SourceInput {
  model: Model;
  /** Labelled images of the source; none where the method needs none. */
  source: LabeledImages;
  seed: number;
  /** Called with the model of each moment at which the method could end, its checkpoints. They are counted from 1 where `number` is left out. */
  onCheckpoint?: (model: Model, number?: number) => void | Promise<void>;
  /** Folder for what a killed method goes on from; nothing is kept where left out. */
  resume?: string;
}

/** The state file of one of a method's trainings. */
export const stateFile = (folder: string | undefined, training: string): string | undefined =>
  folder && join(folder, `${training}.safetensors`);

/** Target images without their labels. */
export interface UnlabelledInput extends SourceInput {
  target: UnlabeledImages;
}

/** Target images with the labels that the track may see. */
export interface LabelledInput extends SourceInput {
  target: LabeledImages;
  /** The target's other images, their labels taken away; absent where there are none. */
  rest?: UnlabeledImages;
}

/** What a method looks at, checked before it starts. */
export interface Needs {
  source: "labels" | "nothing";
  target: "nothing" | "images" | "labels";
  /** Set where it learns from further target images, whose labels are not known, beside those that it has labels of. */
  rest?: "images";
  /** Images of each class, at the least, among those that it sees without their labels; none where left out. */
  perClass?: number;
  /** Set where the method works through BatchNorms that carry statistics. */
  batchNorm?: "statistics";
}

/** A method ready to run. One of one's own is an object of this type. */
export interface Method<Input extends SourceInput = UnlabelledInput> {
  name: string;
  track: Track;
  needs: Needs;
  /** The paper and the equation it follows. */
  reference: string;
  /**
   * All that it was made with, as JSON: part of a run's key. A method without cannot be told from another one of its
   * name, so its runs are never taken for done.
   */
  options?: Readonly<Record<string, unknown>>;
  /** Why it does not apply to a backbone, or null where it does; its needs are checked beside it. */
  applies?(card: BackboneCard): string | null;
  /** The model after adaptation. */
  run(input: Input): Promise<Model>;
}

/** A method whatever its input: the track says what it is given. */
export type AnyMethod = Method | Method<SourceInput> | Method<LabelledInput>;

/** Makes a method of options; those left out have defaults that need no target label to be found. */
export interface MethodFactory<Input extends SourceInput, Options> {
  (options?: Options): Method<Input>;
  /** What the options may be; experiment files are checked against it. */
  schema: z.ZodType<Options>;
}

/** A factory whatever its method is given and its options are. */
export interface AnyMethodFactory {
  (options?: never): AnyMethod;
  schema: z.ZodType;
}

/**
 * Defines a method by the schema of its options.
 * @throws (the factory) bad input for an option that the schema refuses
 */
export function defineMethod<Input extends SourceInput, Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  build: (options: z.output<Schema>) => Omit<Method<Input>, "name" | "options">,
): MethodFactory<Input, z.input<Schema>> {
  const make = (options: z.input<Schema> = {} as z.input<Schema>): Method<Input> => {
    const whole = check(schema, options, name);
    return { name, options: whole, ...build(whole) };
  };
  return Object.assign(make, { schema: schema as unknown as z.ZodType<z.input<Schema>> });
}

/** The schema of a method that has nothing to set. */
export const noOptions = z.strictObject({});

/** Why a method is n/a on a backbone, or null where it applies. */
export function notApplicable(
  method: Pick<AnyMethod, "needs" | "applies">,
  card: BackboneCard,
): string | null {
  if (method.needs.batchNorm && card.batchNorm === "folded")
    return `the BatchNorms of ${card.name} are folded into its filters and carry no statistics`;
  if (method.needs.batchNorm && card.batchNorm === "none") return `${card.name} has no BatchNorm`;
  return method.applies?.(card) ?? null;
}

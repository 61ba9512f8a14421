/**
 * An experiment as units that can run on machines of their own: its inputs, renders and activations first, then an arm
 * with a seed each, and the report last, which alone opens sealed labels.
 */
import { invalid, note } from "../../shared/errors.js";
import { arrayIndex } from "../../shared/units/array-index.js";
import { lineage } from "../spec/lineage.js";
import type { ExperimentSpec } from "../spec/schema.js";
import type { Plan, PlanOptions } from "./plan.js";

/** A unit by what it does. */
export type Unit =
  | { kind: "inputs" }
  | { kind: "renders"; seed: number }
  | { kind: "activations"; seed: number }
  | { kind: "arm"; arm: string; seed: number }
  | { kind: "report" };

/** Units that differ in their seed alone; those of a stage without seeds are one. */
export interface UnitStage {
  /** Letters, digits, dots, dashes and underscores. */
  name: string;
  about: string;
  seeds: readonly number[] | null;
  /** Stages before it, and those of them that it needs of its own seed alone. */
  after: readonly string[];
  afterSame: readonly string[];
  /** A unit's name. */
  unitOf(seed: number | string): string;
}

type Parts = Pick<Plan, "seeds" | "arms" | "experiment">;

/** In an order in which they can run one after the other. */
export function unitStages({ seeds, arms, experiment }: Parts): UnitStage[] {
  const rendered = "scene" in experiment.source;
  const inputs: UnitStage = {
    name: "inputs",
    about: "the target and the weights, and the target's activations",
    seeds: null,
    after: [],
    afterSame: [],
    unitOf: () => "inputs",
  };
  const perSeed = (name: string, about: string, before: readonly string[], same: readonly string[]) => ({
    name,
    about,
    seeds,
    after: [...before, ...same],
    afterSame: same,
    unitOf: (seed: number | string) => `${name}/seed-${seed}`,
  });
  const stages = [
    inputs,
    ...(rendered ? [perSeed("renders", "the renders of a seed", [], [])] : []),
    perSeed("activations", "the activations of a seed's images", ["inputs"], rendered ? ["renders"] : []),
    ...arms.map((arm) => {
      const parents = lineage(arm, arms).slice(0, -1);
      const { unitOf, ...stage } = perSeed(
        armStage(arm.name),
        `${arm.name} (${arm.track}) with a seed`,
        [],
        [...(parents.length ? [armStage(parents.at(-1)!.name)] : ["activations"])],
      );
      return { ...stage, unitOf: (seed: number | string) => `arms/${arm.name}/seed-${seed}` };
    }),
  ];
  const report: UnitStage = {
    name: "report",
    about: "opens the sealed labels and writes the report",
    seeds: null,
    after: arms.map(({ name }) => armStage(name)),
    afterSame: [],
    unitOf: () => "report",
  };
  return [...stages, report];
}

/** The stage of an arm. */
export const armStage = (arm: string): string => `arm-${arm}`;

/** The names of all units, in such an order. */
export const unitNames = (parts: Parts): string[] =>
  unitStages(parts).flatMap(({ seeds, unitOf }) => (seeds ? seeds.map(unitOf) : [unitOf("")]));

/**
 * The unit of a name; "auto" is the one that an engine's array counts to, and "seed-auto" the seed that is its number.
 * @throws bad input for a name that is no unit of the experiment
 */
export function findUnit(name: string, parts: Parts, env = process.env): { name: string; unit: Unit } {
  const names = unitNames(parts);
  const wanted =
    name === "auto" ? names[arrayIndex("--unit auto", names.length, env) - 1]! : withSeed(name, parts, env);
  if (!names.includes(wanted)) throw invalid("--unit", `one of ${named(names)}`, wanted);
  return { name: wanted, unit: unitNamed(wanted) };
}

/** Slurm's arrays of an experiment have the seeds as their numbers. */
const SEED_VARIABLE = "SLURM_ARRAY_TASK_ID";

function withSeed(name: string, { seeds }: Parts, env: NodeJS.ProcessEnv): string {
  if (!name.endsWith("/seed-auto")) return name;
  const seed = env[SEED_VARIABLE];
  if (seed === undefined || !seeds.map(String).includes(seed))
    throw invalid(SEED_VARIABLE, `one of the seeds ${seeds.join(", ")}`, seed);
  return name.replace(/auto$/, seed);
}

const MOST_NAMED = 12;
const named = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(", ") +
  (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "");

function unitNamed(name: string): Unit {
  const parts = name.split("/");
  const seed = Number(parts.at(-1)!.replace("seed-", ""));
  if (parts[0] === "arms") return { kind: "arm", arm: parts[1]!, seed };
  if (parts[0] === "renders" || parts[0] === "activations") return { kind: parts[0], seed };
  return { kind: name as "inputs" | "report" };
}

/** What no process of its own could be told. @throws bad input for an experiment that holds functions */
export function refuseFunctions(spec: ExperimentSpec, own: Pick<PlanOptions, (typeof OWN)[number]>): void {
  const part = OWN.find((key) => own[key] !== undefined);
  const arm = Object.entries(spec.arms).find(([, value]) => holdsFunction(value))?.[0];
  if (part === undefined && arm === undefined) return;
  const where = part ?? `arms.${arm}`;
  throw invalid(
    where,
    "what a file can say: each unit reads the experiment from its file",
    note("a function"),
  );
}

const OWN = ["methods", "backbones", "extensions"] as const;

const holdsFunction = (value: unknown): boolean =>
  typeof value === "function" ||
  (typeof value === "object" && value !== null && Object.values(value).some(holdsFunction));

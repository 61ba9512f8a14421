/** The method that an arm names: the registry's, or one of one's own. */
import type { AnyMethod, AnyMethodFactory } from "../../../adapt/methods/method.js";
import { methods as registry } from "../../../adapt/methods/registry.js";
import { invalid, note, unknownName } from "../../shared/errors.js";
import { plainOptions } from "../../shared/plain-options.js";
import { check } from "../../shared/schema.js";
import type { Track } from "../../shared/types.js";
import type { ArmSpec } from "./schema.js";

/** Methods by the names that arms give them: ready ones, or factories that take options. */
export type Methods = Readonly<Record<string, AnyMethod | AnyMethodFactory>>;

/**
 * The method of an arm, made with the arm's options.
 * @param where the arm's place, such as `mine.yaml: arms.dann`
 * @throws bad input where the arm's track has no such method, or the method no such option
 */
export function methodOf(
  { track, method }: Pick<ArmSpec, "track" | "method">,
  own: Methods,
  where: string,
): AnyMethod | undefined {
  if (method === undefined) return undefined;
  if (isMethod(method)) return onTrack(method, track, where);
  const known: Methods = { ...registry, ...own };
  const [name, options] = namedMethod(method, where);
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  const made = found && make(found, options, `${where}.method.${name}`);
  if (made?.track === track) return checked(made, `${where}.method`);
  const names = Object.entries(known).filter(([, one]) => trackOf(one) === track);
  throw unknownName(
    `${where}.method`,
    names.map(([one]) => one),
    name,
  );
}

const isMethod = (value: unknown): value is AnyMethod =>
  typeof (value as Partial<AnyMethod> | null)?.run === "function";

function onTrack(method: AnyMethod, track: Track, where: string): AnyMethod {
  if (method.track !== track)
    throw invalid(
      `${where}.method`,
      `a method of the ${track} track`,
      note(`${method.name} (${method.track})`),
    );
  return checked(method, `${where}.method`);
}

/** `dann` or `{dann: {weight: 0.5}}`. */
function namedMethod(method: Exclude<ArmSpec["method"], undefined | AnyMethod>, where: string) {
  if (typeof method === "string") return [method, undefined] as const;
  const [entry, ...others] = Object.entries(method);
  if (!entry || others.length > 0)
    throw invalid(`${where}.method`, "one method", note(`${Object.keys(method).length}`));
  return entry;
}

/** Undefined for a factory that makes nothing without options. */
function trackOf(one: AnyMethod | AnyMethodFactory): Track | undefined {
  if (typeof one !== "function") return one.track;
  return one.schema.safeParse({}).success ? one().track : undefined;
}

/** What a method of one's own must say before anything can be given to it. */
function checked(method: AnyMethod, where: string): AnyMethod {
  const { name, needs, track } = method;
  if (typeof name !== "string") throw invalid(`${where}.name`, "the method's name", name);
  if (!needs) throw invalid(`${where}.needs`, "what the method looks at", needs);
  if (track === "unlabelled" && needs.target === "labels")
    throw invalid(`${where}.needs.target`, "images, on the unlabelled track", needs.target);
  return method;
}

function make(
  one: AnyMethod | AnyMethodFactory,
  options: Readonly<Record<string, unknown>> | undefined,
  where: string,
): AnyMethod {
  if (typeof one === "function") return one(check(one.schema, options ?? {}, where) as never);
  if (options) throw invalid(where, "no options: it is a method ready made", options);
  return one;
}

/** As an experiment file would write it, every option filled in. */
export const describeMethod = ({ name, options }: AnyMethod) =>
  plainOptions(options) ? { [name]: options } : name;

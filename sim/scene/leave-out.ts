/** A scene with one of its factors left out: what an ablation sets against the whole scene. */
import { invalid, note, unknownName } from "../../src/shared/errors.js";
import { subjectOf } from "../subjects/registry.js";
import { type Draw, drawnNames, withoutName } from "./distributions.js";
import { drawFor } from "./factor.js";
import { FACTOR_GROUPS, type FactorGroup } from "./factors.js";
import { classesOf, parseScene, type SceneExtensions, type SceneSpec, sceneHash } from "./scene.js";

/** How messages call the factor's place, and the parts of one's own that the scene names. */
export interface LeaveOutOptions {
  where?: string;
  extensions?: SceneExtensions;
}

/**
 * The scene with a factor left at its neutral value, which its schema names: a whole group (`light`), or one factor of
 * it (`light.sun`). A preset (`lasius`, or `ant.lasius` where two subjects have one of that name) is drawn no more, and
 * the others as often as before among themselves. Draws have streams of their own, so that all else stays as it was.
 * @throws bad input for a factor that is not there, or that the scene does not vary
 */
export function leaveOut(spec: SceneSpec, factor: string, options: LeaveOutOptions = {}): SceneSpec {
  const { where = "factor", extensions } = options;
  const changed = atNeutral(spec, factor) ?? withoutPreset(spec, factor, where, extensions);
  if (!changed) throw unknownName(where, namesFor(spec, extensions), factor);
  const scene = parseScene(changed, where, extensions);
  if (sceneHash(scene) === sceneHash(spec))
    throw invalid(where, "a factor that the scene varies", note(`${factor}, at its neutral value already`));
  return scene;
}

/** A preset that a scene may draw, by the shortest name that no other has. */
export interface DrawnPreset {
  name: string;
  /** The singular of its class. */
  subject: string;
  preset: string;
  /** Of its class: what it is drawn from. */
  draw: Draw<string>;
  /** Whether its class has others. */
  beside: boolean;
}

/** The presets that a scene may draw, in the order of its classes and draws. */
export function drawnPresets(spec: SceneSpec, { subjects = [] }: SceneExtensions = {}): DrawnPreset[] {
  const all = classesOf(spec).flatMap((className) => {
    const { name: subject } = subjectOf(className, subjects);
    const draw = drawFor(spec.subject[`${subject}Preset`]!, className);
    const presets = drawnNames(draw);
    return presets.map((preset) => ({ subject, preset, draw, beside: presets.length > 1 }));
  });
  const isTaken = (name: string) => isGroup(name) || all.filter(({ preset }) => preset === name).length > 1;
  return all.map((one) => ({ name: isTaken(one.preset) ? qualified(one) : one.preset, ...one }));
}

const qualified = ({ subject, preset }: Pick<DrawnPreset, "subject" | "preset">) => `${subject}.${preset}`;

const isGroup = (name: string): name is FactorGroup => (FACTOR_GROUPS as readonly string[]).includes(name);

/** The scene as a file would write it; undefined where the name is no group and no factor of one. */
function atNeutral(spec: SceneSpec, factor: string): unknown {
  const [group, key, ...more] = factor.split(".");
  if (!isGroup(group!) || more.length > 0) return undefined;
  if (key === undefined) return { ...spec, [group]: neutralGroup(spec, group) };
  if (!Object.hasOwn(spec[group], key)) return undefined;
  const { [key]: _, ...others } = spec[group] as Record<string, unknown>;
  return { ...spec, [group]: others };
}

/** Whether subjects are drawn at all is what a scene is, not how it varies. */
const neutralGroup = ({ subject }: SceneSpec, group: FactorGroup): unknown =>
  group === "subject" ? { visible: subject.visible } : "off";

function withoutPreset(
  spec: SceneSpec,
  factor: string,
  where: string,
  extensions?: SceneExtensions,
): unknown {
  const found = drawnPresets(spec, extensions).find(
    (one) => one.name === factor || qualified(one) === factor,
  );
  if (!found) return undefined;
  if (!found.beside)
    throw invalid(where, "a preset beside others", note(`${factor}, the only one of ${found.subject}`));
  const draw = withoutName(found.draw, found.preset);
  return { ...spec, subject: { ...spec.subject, [`${found.subject}Preset`]: draw } };
}

const namesFor = (spec: SceneSpec, extensions?: SceneExtensions): string[] => [
  ...FACTOR_GROUPS,
  ...drawnPresets(spec, extensions).flatMap(({ name, beside }) => (beside ? [name] : [])),
];

/** What is left out of a scene is at its neutral value or drawn no more, and nothing else moves. */
import { describe, expect, it } from "vitest";
import {
  drawnPresets,
  FACTOR_GROUPS,
  leaveOut,
  loadScene,
  parseScene,
  type ResolvedScene,
  resolveScene,
  type SceneSpec,
} from "../../sim/index.js";
import { fault } from "../support.js";
import { wasp } from "./wasp.js";

const standard = await loadScene("scenes/standard.yaml");
const neutral = parseScene({ name: "neutral" });

const COUNT = 60;
const scenesOf = (spec: SceneSpec, count = COUNT): ResolvedScene[] =>
  Array.from({ length: count }, (_, i) => resolveScene(spec, 3, i));

/** What of a picture's numbers belongs to each group. */
const partsOf = ({ kind, subjects, surroundings, light, camera, sensor, occluders }: ResolvedScene) => ({
  subject: { kind, subjects },
  surroundings,
  light,
  camera,
  sensor,
  occluders,
});

describe.each(FACTOR_GROUPS)("the standard scene without %s", (group) => {
  const without = leaveOut(standard, group);

  it("has the group as a scene that does not mention it", () => {
    expect(without[group]).toEqual(neutral[group]);
    expect(without[group]).not.toEqual(standard[group]);
  });

  it("draws everything else as the whole scene does", () => {
    const [before, after] = [scenesOf(standard), scenesOf(without)].map((scenes) => scenes.map(partsOf));
    for (const other of FACTOR_GROUPS.filter((one) => one !== group))
      expect(after!.map((parts) => parts[other])).toEqual(before!.map((parts) => parts[other]));
    expect(after!.map((parts) => parts[group])).not.toEqual(before!.map((parts) => parts[group]));
  });
});

describe("a single factor", () => {
  it("is at its neutral value alone", () => {
    const without = leaveOut(standard, "light.sun");
    expect(without.light).toEqual({ ...standard.light, sun: neutral.light.sun });
  });

  it("that has no neutral value is absent", async () => {
    const closeup = await loadScene("scenes/closeup.yaml");
    expect(closeup.camera).toHaveProperty("aim");
    expect(leaveOut(closeup, "camera.aim").camera).not.toHaveProperty("aim");
  });
});

it("hides no subject that was shown, and shows none that was hidden", async () => {
  const hidden = await loadScene("scenes/background-only.yaml");
  expect(leaveOut(hidden, "subject").subject).toEqual({ ...neutral.subject, visible: false });
});

describe("a preset", () => {
  it("is drawn no more, and pictures that did not have it stay as they were", () => {
    const [before, after] = [scenesOf(standard), scenesOf(leaveOut(standard, "bumble"))];
    const has = ({ kind }: ResolvedScene) => [kind.preset, kind.secondPreset].includes("bumble");
    expect(before.filter(has).length).toBeGreaterThan(5);
    expect(after.filter(has)).toEqual([]);
    before.forEach((scene, i) => {
      if (!has(scene)) expect(after[i]).toEqual(scene);
    });
  });

  it("leaves the others as often as before among themselves", () => {
    const spec = parseScene({
      name: "weighted",
      subject: { antPreset: { choice: ["lasius", "formica", "atta"], weights: [0.7, 0.2, 0.1] } },
    });
    const ants = scenesOf(leaveOut(spec, "lasius"), 1500)
      .filter(({ label }) => label === "ants")
      .map(({ kind }) => kind.preset);
    const share = ants.filter((preset) => preset === "formica").length / ants.length;
    expect(ants).not.toContain("lasius");
    expect(Math.abs(share - 2 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / ants.length));
  });

  it("may be left out after another", () => {
    const spec = leaveOut(leaveOut(standard, "bumble"), "honey");
    expect(drawnPresets(spec).map(({ name }) => name)).not.toEqual(expect.arrayContaining(["bumble"]));
    expect(drawnPresets(spec).map(({ name }) => name)).not.toEqual(expect.arrayContaining(["honey"]));
  });
});

describe("a subject of one's own", () => {
  const lasiusWasp = { ...wasp, presets: { ...wasp.presets, lasius: wasp.presets.vespula! } };
  const extensions = { subjects: [lasiusWasp] };
  const waspPreset = { choice: ["vespula", "lasius"] };
  const spec = parseScene(
    {
      name: "three",
      classes: ["ants", "wasps"],
      subject: { antPreset: { choice: ["lasius", "atta"] }, waspPreset },
    },
    "three",
    extensions,
  );

  it("has its own neutral preset and pose", () => {
    const { subject } = leaveOut(spec, "subject", { extensions });
    expect(subject).toMatchObject({ waspPreset: wasp.neutral.preset, waspPose: wasp.neutral.pose });
  });

  it("tells its presets from others of the same name", () => {
    expect(drawnPresets(spec, extensions).map(({ name }) => name)).toEqual([
      "ant.lasius",
      "atta",
      "vespula",
      "wasp.lasius",
    ]);
    const without = leaveOut(spec, "wasp.lasius", { extensions });
    expect(without.subject).toMatchObject({
      antPreset: { choice: ["lasius", "atta"] },
      waspPreset: { choice: ["vespula", "lasius"], without: ["lasius"] },
    });
  });
});

describe("what cannot be left out", () => {
  const refused = (factor: string, spec = standard) => {
    try {
      leaveOut(spec, factor, { where: "factors" });
    } catch (error) {
      return error;
    }
  };

  it.each([
    [
      "lihgt",
      /^factors: expected one of subject, surroundings, .*lasius.*, found "lihgt"; did you mean `light`\?$/,
    ],
    ["light.moon", /found "light\.moon"/],
    ["light.sun.more", /found "light\.sun\.more"/],
    ["toString", /found "toString"/],
    ["light.toString", /found "light\.toString"/],
    ["", /found ""/],
  ])("%s", (factor, message) => expect(refused(factor)).toMatchObject(fault(2, message)));

  it("a factor that is at its neutral value already", () =>
    expect(refused("occluders", parseScene({ name: "bare" }))).toMatchObject(
      fault(2, /expected a factor that the scene varies, found occluders, at its neutral value already/),
    ));

  it("the only preset of a class", () =>
    expect(refused("lasius", parseScene({ name: "bare" }))).toMatchObject(
      fault(2, /expected a preset beside others, found lasius, the only one of ant/),
    ));
});

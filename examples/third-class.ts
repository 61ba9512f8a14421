/**
 * A third class, from its shape to a report: ladybirds beside ants and bees. A subject of one's own is an object; worker
 * processes find it by the module that exports it. `node third-class.js TARGET`, a folder with train/ and val/ of
 * ants/, bees/ and ladybirds/; writes runs/ and report/.
 */
import { writeFile } from "node:fs/promises";
import { runExperiment } from "antbee";
import {
  ball,
  type HeightMap,
  hex,
  type Individual,
  type Kind,
  MeshBuilder,
  type Organism,
  placed,
  type Subject,
  type SubjectShape,
  spindle,
  standingFrame,
} from "antbee/sim";
import { Vector3 } from "three";

interface LadybirdShape extends SubjectShape {
  /** Height of the back as a share of the body's length. */
  dome: number;
}

const PARTS = ["body", "head", "spots"] as const;
const SPOTS = [0.2, -0.15].flatMap((x) => [new Vector3(x, 0.2), new Vector3(x, -0.2)]);
const RED = hex(0xb81c12);
const BLACK = hex(0x120c0a);

function build(kind: Kind, one: Individual, height: HeightMap, detail: number): Organism {
  const { dome, bodyLength } = kind.shape as LadybirdShape;
  const scale = bodyLength * one.size;
  const body = new MeshBuilder(detail, PARTS);
  const shell = { length: 1, width: 0.8, height: dome };
  body.as("body", () =>
    body.within(placed(new Vector3(0.5, 0, dome / 2)), () =>
      spindle(body, shell, { colour: RED, gloss: 0.6 }),
    ),
  );
  const head = new Vector3(0.55, 0, 0.2);
  body.as("head", () => ball(body, head, new Vector3(0.14, 0.18, 0.12), { colour: BLACK, gloss: 0.5 }));
  for (const spot of SPOTS)
    body.as("spots", () =>
      ball(body, spot.clone().setZ(0.9 * dome), new Vector3(0.1, 0.1, 0.08), { colour: BLACK, gloss: 0.5 }),
    );
  const toWorld = standingFrame(one, height, scale, 0.1 * scale);
  return { body, toWorld, keypoints: { head, tail: new Vector3(-0.5, 0, 0.2) } };
}

export const ladybird: Subject = {
  name: "ladybird",
  className: "ladybirds",
  presets: { coccinella: { shape: { bodyLength: 7, dome: 0.5 } as LadybirdShape } },
  poses: ["resting"],
  neutral: { preset: "coccinella", pose: "resting" },
  parts: PARTS,
  keypoints: ["head", "tail"],
  skeleton: [["head", "tail"]],
  axis: { front: "head", back: "tail" },
  build,
  module: { url: import.meta.url, export: "ladybird" },
};

const SCENE = `name: three
classes: [ants, bees, ladybirds]
image: {width: 96, height: 96}
surroundings: {support: ground, ground: plain, backdrop: plain}
`;

const [, , target] = process.argv;
if (target) {
  await writeFile("three.yaml", SCENE);
  const { comparison } = await runExperiment(
    {
      name: "three",
      source: { scene: "three.yaml", count: 45, val: 9 },
      target: { dir: target },
      backbone: { name: "objectron_mobilenet_v2" },
      views: 1,
      arms: {
        "source-only": {
          track: "source-only",
          phases: [{ on: "source", train: "head", lr: 1e-2, epochs: 6 }],
        },
        "2-shot": {
          from: "source-only",
          track: "k-shot",
          k: 2,
          phases: [{ on: "target", train: "head", lr: 1e-2, epochs: 3 }],
        },
        mcc: { from: "source-only", track: "unlabelled", method: { mcc: { steps: 20 } } },
        oracle: { track: "oracle", phases: [{ on: "target", train: "head", lr: 1e-2, epochs: 6 }] },
      },
    },
    { extensions: { subjects: [ladybird] }, report: "report" },
  );
  for (const { name, target: on } of comparison?.arms ?? []) console.log(name, on.accuracy.mean);
}

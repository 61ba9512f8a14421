/** The files of a new experiment: short, commented, and to be changed by whoever they are for. */
import { readFile } from "node:fs/promises";
import { stringify } from "yaml";
import type { ClassFolders } from "../shared/dataset.js";
import { packageFile } from "../shared/roots.js";

/** What an experiment of one's own is about. */
export interface NewExperiment {
  name: string;
  /** Photographs of one's own; the hymenoptera set where left out. */
  photos?: {
    dir: string;
    folders: ClassFolders;
    /** Training photographs of the smallest class. */
    fewest: number;
  };
}

const SCENE = "scenes/standard.yaml";
/** Labels a class of the few-shot arms. */
const SHOTS = 5;

/** Text on a line of its own, in quotes where YAML would read a number, or true, in it. */
const plain = (text: string): string => stringify(text, { lineWidth: 0 }).trim();

/** A map in one line, however long: a fold would end it, since its key is indented. */
const inline = (map: Readonly<Record<string, string | number>>): string =>
  stringify(map, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trim();

/** The standard scene, under the experiment's name. */
export async function sceneFile({ name }: NewExperiment): Promise<string> {
  const standard = await readFile(packageFile(SCENE), "utf8");
  const factors = standard.slice(standard.indexOf("\nsubject:"));
  return `# npx antbee render ${name}/scene.yaml --preview 16 --out renders/${name}      shows what it looks like
# How the pictures for training are drawn. Each factor is a number, a draw ({uniform: [a, b]}, {normal: [mean, std]},
# {choice: [...]}) or one of them a class. Make it look like your photographs: their grounds, light and distance.
name: ${plain(name)}
${factors}`;
}

export function experimentFile(experiment: NewExperiment): string {
  const { name, photos } = experiment;
  const shots = photos === undefined || photos.fewest >= SHOTS;
  return `# npx antbee run ${name}/experiment.yaml --dry-run     what it will do, and how long that will take
# npx antbee run ${name}/experiment.yaml               does it, and continues with the same command where it was stopped
# The report: reports/${name}/index.html. Paths are from the folder in which these commands are typed.
name: ${plain(name)}

# Training pictures, drawn anew for each seed: so many to learn from, and so many held out.
source: ${inline({ scene: `${name}/scene.yaml`, count: 200, val: 50 })}

${targetPart(experiment)}

# A network that was pretrained on ImageNet; the other one comes with antbee, and is taken where that cannot be had.
backbone: {name: tf_mobilenet_v2, weights: imagenet1k, fallback: objectron_mobilenet_v2}
views: 2                    # augmented views of every training image
seeds: [0, 1, 2]            # repetitions; five for a figure that is to be published
background: {count: 60, val: 24}      # how far the surroundings alone give the class away

# Decided on once, so name them before you run: is their difference from source-only shown?
family: [prototypes, full]

# Each arm says what it may see of the photographs for training (its track); what they cost you is their labels.
arms:
  # Renders alone: where you stand without a photograph.
  source-only: {track: source-only, phases: [{on: source, train: head, optimizer: exact}]}
  # Renders, and photographs without their labels.
  prototypes: {from: source-only, track: unlabelled, method: prototypes}
${shots ? fewShots : ""}  # Renders and every labelled photograph.
  full: {track: full, phases: [{on: [source, target], train: head, optimizer: exact}]}
  # Every labelled photograph, without renders: what they add can be seen against it.
  oracle: {track: oracle, phases: [{on: target, train: head, optimizer: exact}]}
`;
}

const fewShots = `  # Renders and ${SHOTS} labelled photographs a class; the same labels without renders.
  ${SHOTS}-shot: {track: k-shot, k: ${SHOTS}, phases: [{on: [source, target], train: head, optimizer: exact}]}
  ${SHOTS}-shot-real-only: {track: k-shot, k: ${SHOTS}, phases: [{on: target, train: head, optimizer: exact}]}
`;

function targetPart({ photos }: NewExperiment): string {
  if (!photos)
    return `# Photographs to be right on. For your own: {dir: my-photos}, with train and val, and in each a folder a class
# (antbee data split makes them; classes: {ants: ant, bees: bee photos} maps folders of other names).
target:
  dataset: hymenoptera
  fallback: {scene: scenes/standin.yaml, count: 300, val: 60}`;
  return `# Your photographs: train may be learned from, as far as an arm's track says; val is the test. Its labels are opened for
# the report alone, and each opening is counted in runs/ledger.jsonl.
target:
  dir: ${plain(photos.dir)}
  classes: ${inline(photos.folders)}      # class: folder
  skipBad: true             # a photograph that cannot be read is named and left out`;
}

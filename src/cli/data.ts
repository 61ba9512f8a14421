/** `antbee data list|fetch|check|split [NAME]` */
import type { DuplicateReport } from "../../eval/images/duplicate-report.js";
import { type DatasetCard, datasetCard, datasets } from "../shared/datasets/index.js";
import { invalid, note, unknownName } from "../shared/errors.js";
import { downloadDataset, verifyDataset } from "../shared/fetch.js";
import { lookUp } from "../shared/look-up.js";
import { showProgress } from "../shared/progress.js";
import { findDatasetFolder } from "../shared/roots.js";
import { CLASSES_ARG } from "./class-folders.js";
import { command, type Outcome } from "./command.js";
import { split } from "./data-split.js";
import { printEvents } from "./events.js";

const DEFAULT_DATASET = "hymenoptera";

interface Flags {
  /** check: another domain's images, such as renders. */
  with?: string;
  /** check: the folder of runs whose reports are to repeat what was found. split: where the split is written. */
  out?: string;
  seed?: string;
  val?: string;
  classes?: string;
}

const actions: Record<string, (name: string, flags: Flags) => Promise<Outcome>> = {
  list,
  fetch: fetchDataset,
  check,
  split,
};

export default command({
  name: "data",
  example: "data list",
  description:
    "Datasets: list what is known, fetch one, check a copy and find its duplicates, or split photographs of one's own",
  computes: true,
  args: {
    action: { type: "positional", required: true, description: "list, fetch, check or split" },
    name: {
      type: "positional",
      required: false,
      default: DEFAULT_DATASET,
      description: "A known name, or for check and split a folder",
    },
    with: {
      type: "string",
      description: "check: also against the images of this folder, such as renders",
      valueHint: "dir",
    },
    out: {
      type: "string",
      description:
        "check: keep what was found in this folder of runs, for their reports; split: the new folder",
      valueHint: "dir",
    },
    seed: { type: "string", description: "split: names the draw; 0 where left out", valueHint: "n" },
    val: {
      type: "string",
      description: "split: share of each class for the test; 0.4 where left out",
      valueHint: "share",
    },
    classes: CLASSES_ARG,
  },
  async run({ action, name, ...flags }) {
    const act = lookUp(actions, action);
    if (!act) throw unknownName("antbee data", Object.keys(actions), action);
    return act(name, flags);
  },
});

async function list(): Promise<Outcome> {
  const rows = Object.values(datasets).map((card) => ({
    name: card.name,
    title: card.title,
    images: card.files.size,
    found: findDatasetFolder(card.folder) ?? null,
    url: card.url,
    licence: card.licence,
  }));
  const text = rows.map(
    (r) =>
      `${r.name}: ${r.title}, ${r.images} images\n  ${r.found ?? "not here; antbee data fetch"}\n  ${r.licence}`,
  );
  return { json: rows, text: text.join("\n") };
}

async function fetchDataset(name: string): Promise<Outcome> {
  const card = datasetCard(name);
  const here = findDatasetFolder(card.folder);
  const path = here ?? (await downloadDataset(card, showProgress(`fetching ${name} (bytes)`)));
  return {
    json: { name, path, fetched: !here },
    text: here ? `${name} is already at ${path}` : `${name}: ${path}`,
  };
}

async function check(name: string, { with: other, out }: Flags): Promise<Outcome> {
  const { checkDuplicates, writeDuplicates } = await import("../experiment/report/duplicates.js");
  const { FOLDER_TARGET } = await import("../experiment/source/target.js");
  const card: DatasetCard | undefined = name in datasets ? datasetCard(name) : undefined;
  const folder = card ? findDatasetFolder(card.folder) : name;
  if (!folder) throw invalid(name, "a copy of the dataset (antbee data fetch)", note("none in any root"));
  const files = card ? await verifyDataset(card, folder, showProgress("hashing")) : undefined;
  const duplicates = await checkDuplicates(
    { name: card?.name ?? FOLDER_TARGET, folder, card },
    other,
    printEvents(),
  );
  const kept = out === undefined ? [] : [`kept in ${await writeDuplicates(out, duplicates)}`];
  const faulty = files ? files.missing.length + files.differing.length : 0;
  return {
    json: { name, folder, files, ...duplicates },
    text: [...describeFiles(folder, card, files), ...describeDuplicates(duplicates), ...kept].join("\n"),
    exitCode: faulty > 0 ? 1 : undefined,
  };
}

type Files = Awaited<ReturnType<typeof verifyDataset>>;

function describeFiles(folder: string, card: DatasetCard | undefined, files: Files | undefined): string[] {
  if (!card || !files) return [folder];
  const { missing, differing } = files;
  if (missing.length + differing.length === 0)
    return [`${folder}: all ${card.files.size} images are the published ones`];
  return [
    `${folder}: ${missing.length} images missing, ${differing.length} differ from the published ones`,
    ...missing.map((id) => `  missing ${id}`),
    ...differing.map((id) => `  differs ${id}`),
  ];
}

function describeDuplicates({ method, images, exact, near }: DuplicateReport): string[] {
  return [
    `${exact.length} groups of exact duplicates and ${near.length} near pairs among ${images} images. ${method}`,
    ...exact.map(({ place, ids }) => `  exact, ${place}: ${ids.join(" = ")}`),
    ...near.map(({ place, a, b, distance, correlation, cosine, mirrored }) => {
      const figures = [`${distance} bits`, `correlation ${correlation.toFixed(2)}`];
      if (cosine !== null) figures.push(`cosine ${cosine.toFixed(2)}`);
      return `  near (${figures.join(", ")}${mirrored ? ", mirrored" : ""}), ${place}: ${a} ~ ${b}`;
    }),
  ];
}

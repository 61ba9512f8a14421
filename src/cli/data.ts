/** `antbee data list|fetch|check [NAME]` */
import { type Duplicates, findDuplicates, NEAR_DISTANCE } from "../../eval/duplicates.js";
import { openFlatFolder, openImageFolder } from "../shared/dataset.js";
import { type DatasetCard, datasetCard, datasets } from "../shared/datasets/index.js";
import { invalid, note } from "../shared/errors.js";
import { downloadDataset, verifyDataset } from "../shared/fetch.js";
import { showProgress } from "../shared/progress.js";
import { findDatasetFolder } from "../shared/roots.js";
import { command, type Outcome } from "./command.js";

const DEFAULT_DATASET = "hymenoptera";

const actions: Record<string, (name: string) => Promise<Outcome>> = { list, fetch: fetchDataset, check };

export default command({
  name: "data",
  description: "Datasets: list what is known, fetch one, or check a copy and find its duplicates",
  args: {
    action: { type: "positional", required: true, description: "list, fetch or check" },
    name: {
      type: "positional",
      required: false,
      default: DEFAULT_DATASET,
      description: "A known name, or for check a folder",
    },
  },
  async run({ action, name }) {
    const act = actions[action];
    if (!act) throw invalid("antbee data", `one of ${Object.keys(actions).join(", ")}`, action);
    return act(name);
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

async function check(name: string): Promise<Outcome> {
  const card: DatasetCard | undefined = name in datasets ? datasetCard(name) : undefined;
  const folder = card ? findDatasetFolder(card.folder) : name;
  if (!folder) throw invalid(name, "a copy of the dataset (antbee data fetch)", note("none in any root"));
  const files = card ? await verifyDataset(card, folder, showProgress("hashing")) : undefined;
  const duplicates = await findDuplicates(await everyImage(folder, card), showProgress("comparing"));
  const faulty = files ? files.missing.length + files.differing.length : 0;
  return {
    json: { name, folder, files, ...relativeDuplicates(duplicates) },
    text: [...describeFiles(folder, card, files), ...describeDuplicates(duplicates)].join("\n"),
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

function relativeDuplicates({ exact, near }: Duplicates) {
  return {
    exact: exact.map(({ items }) => items.map((item) => item.id)),
    near: near.map(({ a, b, distance, mirrored }) => ({ a: a.id, b: b.id, distance, mirrored })),
  };
}

function describeDuplicates(duplicates: Duplicates): string[] {
  const { exact, near } = relativeDuplicates(duplicates);
  const between = (ids: string[]) =>
    new Set(ids.map((id) => id.split("/")[0])).size > 1 ? "between splits" : "within a split";
  return [
    `${exact.length} groups of exact duplicates, ${near.length} near pairs (at most ${NEAR_DISTANCE} of 64 bits apart)`,
    ...exact.map((ids) => `  exact, ${between(ids)}: ${ids.join(" = ")}`),
    ...near.map(
      ({ a, b, distance, mirrored }) =>
        `  near (${distance}${mirrored ? ", mirrored" : ""}), ${between([a, b])}: ${a} ~ ${b}`,
    ),
  ];
}

async function everyImage(folder: string, card: DatasetCard | undefined) {
  if (!card)
    return openImageFolder(folder).then(
      (f) => f.items,
      () => openFlatFolder(folder),
    );
  const splits = [card.trainSplit, card.testSplit].map((split) => openImageFolder(folder, split));
  return (await Promise.all(splits)).flatMap((part) => part.items);
}

/** `antbee data list|fetch|check [NAME]` */
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
    action: { type: "positional", description: "list, fetch or check" },
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
  const { findDuplicates } = await import("../../eval/duplicates.js");
  const duplicates = await findDuplicates(await everyImage(folder, card), showProgress("comparing"));
  return summary(name, folder, files, duplicates);
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

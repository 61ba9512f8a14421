/** Renders of each class for a report's first screen: held-out ones of one run, the first by their ids. */
import { join } from "node:path";
import { readPredictions } from "../../../eval/predictions/csv.js";
import { sortedRows } from "../../../eval/predictions/outcomes.js";
import type { RenderSamples } from "../../../eval/report/samples.js";
import { writeAtomic } from "../../shared/files.js";
import { openImage, readImageFile } from "../../shared/image-file.js";
import { isFileAt } from "../../shared/tar-members.js";
import { type DomainRecord, readDomain } from "../predict/domain-record.js";
import { isRendered } from "../store/caveats.js";
import { predictionsFile, SOURCE_PREDICTIONS } from "../store/store.js";
import type { ArmRuns, Run } from "./arm-runs.js";

/** Pictures of a class, and classes, at most: a strip, and no gallery. */
const EACH = 4;
const CLASSES = 4;
/** Side of a picture in pixels. */
const SIDE = 160;

/**
 * Those that stand beside the report where its runs were kept there and the renders are not here. Nothing where the source
 * was not rendered, or its images are not at their place any more.
 */
export async function renderSamples(arms: readonly ArmRuns[], report: string): Promise<RenderSamples[]> {
  const run = arms.map(({ runs }) => runs[0]).find(({ record }) => record.track === "source-only");
  if (!run || !isRendered(run.record.source)) return [];
  const domain = await readDomain(run.folder, SOURCE_PREDICTIONS);
  if (domain) return samplesOf(run, domain);
  return run.record.kept ? keptSamples(run, report) : [];
}

/** Keeps them beside the report, in the place of those that stand there. */
export async function keepSamples(report: string, samples: readonly RenderSamples[]): Promise<void> {
  for (const { class: name, pictures } of samples)
    for (const [i, picture] of pictures.entries()) await writeAtomic(keptSample(report, name, i), picture);
}

const keptSample = (report: string, name: string, i: number): string =>
  join(report, "kept", "renders", `${name}-${i}.jpg`);

async function keptSamples({ folder }: Run, report: string): Promise<RenderSamples[]> {
  const { classes } = await readPredictions(predictionsFile(folder, SOURCE_PREDICTIONS));
  const samples = classes.slice(0, CLASSES).map(async (name) => {
    const paths = Array.from({ length: EACH }, (_, i) => keptSample(report, name, i)).filter(isFileAt);
    return { class: name, pictures: await Promise.all(paths.map(readImageFile)) };
  });
  return (await Promise.all(samples)).filter(({ pictures }) => pictures.length > 0);
}

async function samplesOf({ folder }: Run, domain: DomainRecord): Promise<RenderSamples[]> {
  const { classes, rows } = await readPredictions(predictionsFile(folder, SOURCE_PREDICTIONS));
  const places = new Map(domain.images.map(({ id, path }) => [id, path ?? join(domain.root, id)]));
  const found = classes.slice(0, CLASSES).map((name) => ({
    class: name,
    paths: sortedRows(rows.filter(({ label }) => label === name))
      .flatMap(({ id }) => places.get(id) ?? [])
      .filter(isFileAt)
      .slice(0, EACH),
  }));
  const shown = found.filter(({ paths }) => paths.length > 0);
  return Promise.all(
    shown.map(async ({ class: name, paths }) => ({
      class: name,
      pictures: await Promise.all(paths.map(thumbnail)),
    })),
  );
}

const thumbnail = async (path: string): Promise<Uint8Array> =>
  (await openImage(await readImageFile(path)))
    .resize(SIDE, SIDE, { fit: "cover" })
    .jpeg({ quality: 80 })
    .toBuffer();

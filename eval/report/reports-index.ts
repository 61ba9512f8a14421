/** `reports/index.html`: the reports that stand beside one another, with their verdicts. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { readJson, readText, writeAtomic } from "../../src/shared/files.js";
import { reportSchema } from "../comparison/schema.js";
import { type Html, html } from "./html.js";
import { pageFrame } from "./page-frame.js";
import { bannersOf, verdict } from "./verdict.js";

/** Only in a folder of this name is there a list: elsewhere the neighbours are nobody's reports. */
const REPORTS = "reports";
const MARK = "list of antbee reports";

/** Lists the reports beside this one, if it stands in a folder `reports` whose `index.html` is such a list or absent. */
export async function writeIndex(outDir: string): Promise<void> {
  const folder = dirname(resolve(outDir));
  if (basename(folder) !== REPORTS) return;
  const path = join(folder, "index.html");
  if (existsSync(path) && !(await readText(path)).includes(MARK)) return;
  await writeAtomic(path, renderIndex(await listedReports(folder)));
}

/** A report in the list. */
export interface ListedReport {
  /** Its folder's name. */
  folder: string;
  title: string;
  banners: string[];
  verdict: string;
  date?: string;
}

async function listedReports(folder: string): Promise<ListedReport[]> {
  const names = readdirSync(folder).sort();
  const found = names.filter((name) => existsSync(join(folder, name, "report.json")));
  const read = await Promise.all(found.map((name) => listed(folder, name)));
  return read.flatMap((one) => one ?? []);
}

const ablationMark = z.looseObject({
  kind: z.literal("ablation"),
  experiment: z.string(),
  headline: z.string(),
  environment: z.record(z.string(), z.unknown()),
});

/** Undefined for a file that is no report of this schema: the list goes on without it. */
async function listed(folder: string, name: string): Promise<ListedReport | undefined> {
  const value = await readJson(join(folder, name, "report.json")).catch(() => undefined);
  const comparison = reportSchema.safeParse(value);
  if (comparison.success) {
    const { experiment, environment } = comparison.data;
    const banners = bannersOf(comparison.data);
    return {
      folder: name,
      title: experiment,
      banners,
      verdict: verdict(comparison.data),
      ...dateOf(environment),
    };
  }
  const ablation = ablationMark.safeParse(value);
  if (!ablation.success) return undefined;
  const { experiment, headline, environment } = ablation.data;
  return {
    folder: name,
    title: `ablation of ${experiment}`,
    banners: [],
    verdict: headline,
    ...dateOf(environment),
  };
}

const dateOf = ({ date }: Record<string, unknown>) => (typeof date === "string" ? { date } : {});

/** The list as a page. */
export function renderIndex(reports: readonly ListedReport[]): string {
  return pageFrame({
    title: "reports",
    figures: "reports",
    header: html`<header><h1>Reports</h1></header>`,
    main: html`<ul id="reports" class="reports" aria-label="${MARK}">${reports.map(reportPart)}</ul>`,
  });
}

function reportPart({ folder, title, banners, verdict, date }: ListedReport): Html {
  const name = title === folder ? folder : `${folder}: ${title}`;
  return html`<li><h2><a href="${encodeURIComponent(folder)}/index.html">${name}</a></h2>
${banners.map((banner) => html`<p class="banner">${banner}</p>`)}
<p>${verdict}</p>
${date && html`<p class="note">${date}</p>`}</li>
`;
}

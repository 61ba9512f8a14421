/** The report as one page: no network, no framework, every text escaped. */
import { Eta } from "eta";
import type { Interval } from "../../src/shared/types.js";
import {
  type Figure,
  intervalCell,
  numberCell,
  type Picture,
  type PictureRow,
  type Table,
  type TextSection,
} from "../charts/figure.js";
import { duration, NONE, percent, percentInterval, pointsInterval } from "../comparison/format.js";
import { headlineClauses } from "../comparison/headline.js";
import type { Arm, Comparison } from "../comparison/schema.js";
import { SCRIPT } from "./page-script.js";
import { STYLE } from "./page-style.js";
import { TEMPLATES } from "./page-template.js";
import { reportSections, type Section } from "./sections.js";
import { armsByTrack, sourceCells, TRACK_BUDGETS } from "./table.js";

/** Widths at which every chart is drawn: for a desk and for a phone. */
export const CHART_WIDTHS = { wide: 960, narrow: 320 } as const;

/** JPEG files by `pictureKey`. */
export type PictureFiles = ReadonlyMap<string, Uint8Array>;

/** The page of a comparison. The same comparison and pictures always give the same bytes. */
export function renderHtml(comparison: Comparison, pictures: PictureFiles = new Map()): string {
  const eta = new Eta({ autoEscape: true, autoTrim: false, cache: true });
  for (const [name, template] of Object.entries(TEMPLATES)) eta.loadTemplate(name, template);
  return eta.render("@page", pageData(comparison, pictures));
}

function pageData(comparison: Comparison, pictures: PictureFiles) {
  const [arms, ...sections] = reportSections(comparison).map((section) => prepared(section, pictures));
  return {
    style: STYLE,
    script: SCRIPT,
    experiment: comparison.experiment,
    clauses: headlineClauses(comparison),
    cautions: comparison.cautions,
    banners: banners(comparison),
    facts: facts(comparison),
    armColumns: ARM_COLUMNS,
    groups: armGroups(comparison),
    figures: { arms },
    sections,
    uses: usesTable(comparison),
    perClass: perClassTable(comparison),
    ledger: ledgerTable(comparison),
    inputs: inputsTable(comparison),
    environment: environmentTable(comparison),
    command: comparison.environment.command,
  };
}

function prepared(section: Section, pictures: PictureFiles) {
  return "draw" in section ? drawn(section) : withPictures(section, pictures);
}

/** Rows of which no picture is at hand are told by the table alone. */
function withPictures(section: TextSection, files: PictureFiles) {
  const rows = (section.pictures ?? []).filter((row) =>
    row.groups.some(({ pictures }) => pictures.some(({ key }) => files.has(key))),
  );
  const shown = (picture: Picture) => {
    const file = files.get(picture.key);
    return { ...picture, source: file && `data:image/jpeg;base64,${Buffer.from(file).toString("base64")}` };
  };
  const groups = (row: PictureRow) =>
    row.groups.map(({ name, pictures }) => ({ name, pictures: pictures.map(shown) }));
  return { ...section, pictures: rows.map((row) => ({ title: row.title, groups: groups(row) })) };
}

function drawn(figure: Figure) {
  return { ...figure, wide: figure.draw(CHART_WIDTHS.wide), narrow: figure.draw(CHART_WIDTHS.narrow) };
}

function banners({ preview, target }: Comparison): string[] {
  return [
    ...(target.kind === "stand-in" ? ["Stand-in target, not real photographs"] : []),
    ...(preview ? ["Preview: one seed, short training, no result"] : []),
  ];
}

const TARGET_KINDS = { real: "real photographs", "stand-in": "simulated stand-in, not real" } as const;

function facts({ target, source, backbone, backend, arms }: Comparison) {
  const seeds = Math.max(...arms.map((arm) => arm.seeds.length));
  return [
    {
      name: "Target",
      text: `${TARGET_KINDS[target.kind]}: ${target.dataset} ${target.split}, ${target.n} images`,
    },
    { name: "Source", text: `${source.scene}: ${source.n} renders` },
    { name: "Backbone", text: `${backbone.name}, ${backbone.weights}` },
    { name: "Seeds", text: `${seeds}, on ${backend}` },
  ];
}

function armGroups({ arms, cautions }: Comparison) {
  return armsByTrack(arms).map(({ track, arms }) => ({
    track,
    budget: TRACK_BUDGETS[track],
    arms: arms.map((arm) => ({
      name: arm.name,
      notes: arm.cautions.map((text) => cautions.indexOf(text) + 1),
      cells: armCells(arm),
    })),
  }));
}

/** The heads of what `armCells` gives. */
const ARM_COLUMNS = [
  "target",
  "gap",
  "gap closed",
  "renders, before",
  "renders, after",
  "ECE",
  "seeds",
  "time",
];

/** A figure, and its interval below it. */
interface FigureCell {
  text: string;
  interval?: string;
}

function armCells(arm: Arm): FigureCell[] {
  return [
    figureCell(arm.target.accuracy, percentInterval),
    figureCell(arm.gap, pointsInterval),
    figureCell(arm.gapClosed, percentInterval),
    ...sourceCells(arm).map((text) => ({ text })),
    { text: arm.target.ece.toFixed(3) },
    { text: String(arm.seeds.length) },
    { text: duration(arm.seconds) },
  ];
}

function figureCell(value: Interval | null, format: (value: Interval) => string): FigureCell {
  if (!value) return { text: NONE };
  const [text, interval] = format(value).split(/ (?=\[)/);
  return { text: text!, interval };
}

function usesTable({ arms, selection }: Comparison): Table {
  return {
    caption: "Use of labels, and how the epochs were chosen",
    columns: ["arm", "renders", "use of the target", "epochs chosen by"],
    rows: arms.map((arm) => [arm.name, arm.synthetic ? "yes" : "no", arm.uses, selection[arm.name] ?? "–"]),
  };
}

function perClassTable({ arms }: Comparison): Table {
  return {
    caption: "Per class on the target, means over seeds",
    columns: ["arm", "class", "images", "recall [95%]", "precision", "F1"],
    rows: arms.flatMap((arm) =>
      arm.target.perClass.map((c) => [
        arm.name,
        c.class,
        numberCell(c.support, String),
        intervalCell(c.recallInterval, percentInterval),
        numberCell(c.precision, percent),
        numberCell(c.f1, percent),
      ]),
    ),
  };
}

function ledgerTable({ ledger }: Comparison): Table {
  return {
    caption: "Whenever test labels were opened; openings of one configuration count once",
    columns: ["dataset", "split", "reason", "when", "configuration"],
    rows: ledger.map((e) => [
      e.dataset,
      e.split,
      e.reason,
      e.when ?? "not recorded",
      { code: e.configHash.slice(0, 12) },
    ]),
  };
}

function inputsTable({ inputs, backbone, source }: Comparison): Table {
  const all = [
    { name: `source ${source.scene}`, path: "", sha256: source.sha256 },
    { name: `backbone ${backbone.name} (${backbone.pretraining})`, path: "", sha256: backbone.sha256 },
    ...inputs,
  ];
  const once = [...new Map(all.map((input) => [input.sha256, input])).values()];
  return {
    caption: "Inputs by hash",
    columns: ["input", "path", "sha256"],
    rows: once.map(({ name, path, sha256 }) => [name, path ?? "", { code: sha256 }]),
  };
}

function environmentTable({ environment }: Comparison): Table {
  const rows = Object.entries(environment).filter(([name]) => name !== "command");
  return {
    caption: "Environment",
    columns: ["what", "value"],
    rows: rows.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  };
}

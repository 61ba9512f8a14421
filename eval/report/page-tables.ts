/** The page's tables that belong to no chart. */
import { groupBy } from "../../src/shared/group.js";
import { intervalCell, numberCell, type Table } from "../charts/figure.js";
import { NONE, percent, percentInterval } from "../comparison/format.js";
import type { Comparison } from "../comparison/schema.js";
import type { LedgerEntry } from "../predictions/ledger.js";

export function usesTable({ arms, selection }: Comparison): Table {
  return {
    caption: "Use of labels, and how the epochs were chosen",
    columns: ["arm", "renders", "use of the target", "epochs chosen by"],
    rows: arms.map((arm) => [arm.name, arm.synthetic ? "yes" : "no", arm.uses, selection[arm.name] ?? NONE]),
  };
}

export function perClassTable({ arms }: Comparison): Table {
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

/** A row a configuration; the first of its openings gives the reason and the time. */
export function ledgerTable({ ledger }: Comparison): Table {
  const keyOf = ({ dataset, split, configHash }: LedgerEntry) => [dataset, split, configHash].join("\n");
  const groups = groupBy(ledger, keyOf);
  return {
    caption: "Whenever test labels were opened; openings of one configuration count once",
    columns: ["dataset", "split", "reason", "when", "times", "configuration"],
    rows: groups.map(([first, ...repeats]) => [
      first!.dataset,
      first!.split,
      first!.reason,
      first!.when ?? "not recorded",
      numberCell(1 + repeats.length, String),
      { code: first!.configHash.slice(0, 12) },
    ]),
  };
}

export function inputsTable({
  inputs,
  backbone,
  source,
}: Pick<Comparison, "inputs" | "backbone"> & {
  source: Pick<Comparison["source"], "scene" | "sha256">;
}): Table {
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

export function environmentTable({ environment }: Pick<Comparison, "environment">): Table {
  const rows = Object.entries(environment).filter(([name]) => name !== "command");
  return {
    caption: "Environment",
    columns: ["what", "value"],
    rows: rows.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  };
}

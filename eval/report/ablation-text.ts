/** An ablation's table as text, for the terminal and `report.md`. */
import type { Ablation } from "../ablation/schema.js";
import { variantsTable } from "../charts/ablation-table.js";
import type { Cell, Table } from "../charts/figure.js";
import { markdown } from "./table.js";

/** Every variant against the whole scene. */
export const ablationTable = (ablation: Ablation): string => tableText(variantsTable(ablation));

/** A table in Markdown. */
export const tableText = ({ columns, rows }: Table): string =>
  markdown(
    columns,
    rows.map((row) => row.map(cellText)),
  );

function cellText(cell: Cell): string {
  if (typeof cell === "string") return cell;
  return "code" in cell ? cell.code : cell.text;
}

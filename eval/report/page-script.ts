/** The page's only script: tables sort by their column heads, and print with their details open. */
export const SCRIPT = `
const order = new Intl.Collator("en", { numeric: true });
const valueOf = (cell) => cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : order.compare(a, b);
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows];
      const missing = (row) => row.cells[column].dataset.value === "";
      rows.sort((a, b) => missing(a) - missing(b)
        || (up ? 1 : -1) * compare(valueOf(a.cells[column]), valueOf(b.cells[column])));
      table.tBodies[0].append(...rows);
    });
  });
}
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
`;

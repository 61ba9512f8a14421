/** The page's only script: tables sort by their column heads, open what a link leads to, and print with their details open. */
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
const reveal = () => {
  const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (let part = place; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  place.scrollIntoView();
};
addEventListener("hashchange", reveal);
for (const link of document.querySelectorAll('a[href^="#"]')) link.addEventListener("click", () => setTimeout(reveal));
reveal();
const opened = [];
addEventListener("beforeprint", () => {
  opened.push(...document.querySelectorAll("details:not([open]):not(.more)"));
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => { for (const details of opened.splice(0)) details.open = false; });
`;

/** Tables: <table data-sortable> sorts by its th[data-sort]; td[data-value] gives the value to sort by. */

const COMPARE = {
  number: (a, b) => Number(a) - Number(b),
  text: (a, b) => a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" }),
  date: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
};

function valueOf(row, at, kind) {
  const cell = row.cells[at];
  const text = cell.dataset.value ?? cell.textContent.trim();
  return kind === "number" ? text.replace(/[^\d.\-eE]/g, "") : text;
}

function sortBy(table, head) {
  const kind = head.dataset.sort;
  const rising = head.getAttribute("aria-sort") !== "ascending";
  const sign = rising ? 1 : -1;
  for (const other of table.tHead.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const body = table.tBodies[0];
  const fixed = (row) => row.classList.contains("is-total");
  const rows = [...body.rows].filter((row) => !fixed(row));
  rows.sort((a, b) => sign * COMPARE[kind](valueOf(a, head.cellIndex, kind), valueOf(b, head.cellIndex, kind)));
  body.append(...rows, ...[...body.rows].filter(fixed));
}

function makeButton(table, head) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sortBy(table, head));
  head.append(button);
}

/** Give the heads of sortable tables their buttons. */
export function startTables(root) {
  for (const table of root.querySelectorAll("table[data-sortable]:not([data-ready])")) {
    table.dataset.ready = "";
    for (const head of table.tHead.querySelectorAll("th[data-sort]")) makeButton(table, head);
  }
}

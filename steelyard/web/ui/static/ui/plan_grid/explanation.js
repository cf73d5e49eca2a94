/** Explanation: where a figure comes from (its formula, what went in, who changed it, the rows it stands on). */
import { element } from "../elements.js";
import { changeList } from "./happenings.js";
import { figure } from "./numbers.js";

/** Elements that explain one cell. */
export function explanation(told, { row, column, unitOf }) {
  const { value, unit = row.unit, decimals = row.decimals, meaning, formula, inputs = [], changes = [], rows = [], rows_total: total = rows.length } = told;
  return [
    element("h3", {}, `${row.measure_label}, ${column.label}`),
    element("p", { class: "pg-explained" }, element("strong", {}, figure(read(value, unitOf(unit)), decimals) || "–"), ` ${unitOf(unit).words}`),
    meaning && element("p", { class: "muted" }, meaning),
    formula && element("pre", { class: "pg-formula" }, formula),
    inputs.length ? section("What goes in", inputTable(inputs, unitOf)) : "",
    changes.length ? section("Changes by people", changeList(changes, decimals)) : "",
    rows.length ? section("Rows of the extract", rowList(rows, total)) : "",
  ].filter(Boolean);
}

const read = (value, { scale }) => (Number.isFinite(value) ? value * scale : value);

function figureOf(value, unit, decimals) { return typeof value === "string" ? value : figure(read(value, unit), decimals) || "–"; }

function section(title, content) { return element("section", { class: "pg-section" }, element("h4", {}, title), content); }

function inputTable(inputs, unitOf) {
  const line = ({ label, value, unit, decimals = unitOf(unit ?? "").decimals ?? 0 }) => element("tr", {}, element("td", {}, label), element("td", { class: "num" }, figureOf(value, unitOf(unit ?? ""), decimals)), element("td", { class: "muted" }, unitOf(unit ?? "").words));
  return element("table", { class: "table is-dense" }, element("tbody", {}, ...inputs.map(line)));
}

/* One line a row; the whole row when it is opened. */
function rowList(rows, total) {
  const line = ({ table, row, text }) => element("details", { class: "pg-source" },
    element("summary", {}, `${table.replaceAll("_", " ")}, row ${row}`), element("p", {}, text ?? ""));
  const rest = total - rows.length;
  return element("div", {}, ...rows.map(line), rest > 0 && element("p", { class: "hint" }, `and ${figure(rest)} other rows`));
}

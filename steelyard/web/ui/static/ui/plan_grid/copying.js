/** Copying: the chosen cells as a table for a spreadsheet. */
import { writeTable } from "./clipboard.js";
import { forClipboard } from "./numbers.js";

export const MOST_ROWS = 5000;

/** Whether all rows of a range have been fetched. */
export function isLoaded(model, { firstRow, lastRow }) {
  for (let at = firstRow; at <= lastRow; at += 1) if (!model.row(at)) return false;
  return true;
}

/** Text of a range; with headings: plan line, measure and unit before each row, periods above. */
export function tableText(model, columns, range, headings = false) {
  const shown = columns.slice(range.firstColumn, range.lastColumn + 1);
  const rows = [];
  if (headings) rows.push(["Plan line", "Measure", "Unit", ...shown.map((column) => column.label)]);
  for (let at = range.firstRow; at <= range.lastRow; at += 1) {
    const row = model.row(at);
    const figures = shown.map((column) => forClipboard(row?.values[column.at]));
    rows.push(headings ? [row.label, row.measure_label, row.unit, ...figures] : figures);
  }
  return writeTable(rows);
}

/** Fill: the cells of a range are repeated over a larger one, as in a spreadsheet. */
import { setTo } from "./entry.js";

/**
 * Repeat the cells of `source` over the selection that holds it.
 * Where periods are filled, their totals are left out: they follow from what is filled.
 */
export function fillFrom(grid, source) {
  const { range } = grid.selection;
  const filled = periodsOf(grid, range), given = periodsOf(grid, source);
  const rows = source.lastRow - source.firstRow + 1;
  grid.changing.change((row, column) => {
    const at = filled.indexOf(column);
    if (at < 0 || isInside(source, row, column)) return null;
    const value = grid.valueAt(source.firstRow + ((row - source.firstRow) % rows), given[at % given.length]);
    return value === null ? null : setTo(value);
  });
}

/** The range that a drag of the handle to a cell asks for: down or right, whichever is farther. */
export function stretched(source, { row, column }) {
  const down = row - source.lastRow, right = column - source.lastColumn;
  if (down <= 0 && right <= 0) return source;
  return down >= right ? { ...source, lastRow: row } : { ...source, lastColumn: column };
}

/* Columns of a range without totals, unless there is nothing else in it. */
function periodsOf({ columns }, { firstColumn, lastColumn }) {
  const all = Array.from({ length: lastColumn - firstColumn + 1 }, (_, step) => firstColumn + step);
  const periods = all.filter((column) => columns[column]?.kind !== "total");
  return periods.length ? periods : all;
}

function isInside({ firstRow, lastRow, firstColumn, lastColumn }, row, column) {
  return row >= firstRow && row <= lastRow && column >= firstColumn && column <= lastColumn;
}

/** Columns: the periods on show; the periods before a total can be folded into it. */

/** Whether cells of a row take entries in a column: what belongs to the past in past periods, all else in the horizon. */
export const takesEntry = (row, column) => (row.span === "history" ? column.kind === "history" : column.editable);

/** Columns with their number and, before a total, the key of that total as `within`. */
export function numbered(columns) {
  const made = columns.map((column, at) => ({ ...column, at, within: null }));
  let total = null;
  for (const column of made.toReversed()) {
    if (column.kind === "total") total = column.key;
    else column.within = total;
  }
  return made;
}

/** Columns that are shown when some totals are folded. */
export function shownColumns(columns, folded) {
  return columns.filter((column) => !folded.has(column.within));
}

/** Groups in order: {key, label, first, count} by number of the shown column. */
export function groupsOf(columns) {
  const groups = [];
  columns.forEach((column, at) => {
    const last = groups.at(-1);
    if (last && last.key === column.group) last.count += 1;
    else groups.push({ key: column.group, label: groupLabel(column.group), first: at, count: 1 });
  });
  return groups;
}

/** Number of the first shown column of the horizon, or -1. */
export function horizonStart(columns) { return columns.findIndex((column) => column.kind === "horizon"); }

function groupLabel(key) {
  const quarter = /^(\d{4})-(Q\d)$/.exec(key ?? "");
  return quarter ? `${quarter[2]} ${quarter[1]}` : key ?? "";
}

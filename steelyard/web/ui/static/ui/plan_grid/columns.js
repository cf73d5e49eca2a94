/** Columns: the periods on show; a group that has a total of its own can be folded to it. */

/** Columns that are shown when some groups are folded. */
export function shownColumns(columns, folded) {
  return columns.filter((column) => column.kind === "total" || !folded.has(column.group));
}

/** Groups in order: {key, label, first, count, foldable} by number of the shown column. */
export function groupsOf(columns) {
  const groups = [];
  columns.forEach((column, at) => {
    const last = groups.at(-1);
    if (last && last.key === column.group) last.count += 1;
    else groups.push({ key: column.group, label: groupLabel(column.group), first: at, count: 1 });
  });
  return groups;
}

/** Groups that may be folded: those with a total among their columns, and another column. */
export function foldable(columns) {
  const totals = new Set(columns.filter((column) => column.kind === "total").map((column) => column.group));
  return new Set(columns.filter((column) => column.kind !== "total" && totals.has(column.group)).map((column) => column.group));
}

/** Number of the first shown column of the horizon, or -1. */
export function horizonStart(columns) { return columns.findIndex((column) => column.kind === "horizon"); }

function groupLabel(key) {
  const quarter = /^(\d{4})-(Q\d)$/.exec(key ?? "");
  return quarter ? `${quarter[2]} ${quarter[1]}` : key ?? "";
}

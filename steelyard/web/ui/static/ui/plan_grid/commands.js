/** Commands: what each named command does to a grid; keyboard, menu and bar all speak through these names. */
import { fillFrom } from "./fill.js";

/** Commands by name; each takes the grid and the command. */
export const COMMANDS = {
  step: ({ selection }, { rows, columns, extend }) => selection.step(rows, columns, extend),
  tab: ({ selection }, { columns }) => selection.step(0, columns),
  page: ({ selection, drawing }, { down, extend }) => selection.step(down ? drawing.page : -drawing.page, 0, extend),
  edge: ({ selection }, { end, extend }) => selection.move(selection.from(extend).row, end ? Infinity : 0, extend),
  corner: ({ selection }, { end, extend }) => selection.move(end ? Infinity : 0, end ? Infinity : 0, extend),
  jump: (grid, { rows, columns, extend }) => jump(grid, rows, columns, extend),
  all: ({ selection }) => selection.chooseAll(),
  "whole-row": ({ selection }) => selection.choose({ ...selection.range, firstColumn: 0, lastColumn: Infinity }),
  "whole-column": ({ selection }) => selection.choose({ ...selection.range, firstRow: 0, lastRow: Infinity }),
  open: (grid) => grid.openNode(grid.selection.active.row, true),
  close: (grid) => grid.openNode(grid.selection.active.row, false),
  edit: (grid, { text }) => grid.changing.open(text),
  zero: (grid) => grid.changing.change(() => "0"),
  fill: (grid, { down }) => fill(grid, down),
  change: (grid) => grid.bar.begin("+5%"),
  undo: ({ changing }) => changing.step("undo"),
  redo: ({ changing }) => changing.step("redo"),
  lock: (grid, { locked }) => grid.changing.lock(locked),
  find: ({ finder }) => finder.open(),
  "find-next": ({ finder }) => finder.next(),
  menu: (grid) => grid.openMenu(),
  copy: (grid, { headings }) => grid.exchange.copy(headings),
  link: (grid) => grid.exchange.copyLink(),
  help: ({ help }) => help.showModal(),
  panel: (grid) => grid.showPanel(!grid.panel.isOpen),
  show: (grid, { tab }) => grid.showPanel(true, tab),
  spread: ({ bar, status }, { by }) => { bar.spread.value = by; bar.spread.dispatchEvent(new Event("change")); status.say("Spread changed"); },
};

/* As in a spreadsheet: to the end of the filled cells, or over the gap to the next filled one, or to the edge. */
function jump({ selection, model, columns }, rows, columnsStep, extend) {
  const { row, column } = selection.from(extend);
  if (rows) { selection.move(rows > 0 ? Infinity : 0, column, extend); return; }
  const values = model.row(row)?.values ?? [];
  const filled = (at) => columns[at] && values[columns[at].at] !== null && values[columns[at].at] !== undefined;
  const inside = (at) => at >= 0 && at < columns.length;
  let at = column + columnsStep;
  if (inside(at) && filled(column) && filled(at)) while (inside(at + columnsStep) && filled(at + columnsStep)) at += columnsStep;
  else while (inside(at) && !filled(at)) at += columnsStep;
  selection.move(row, Math.min(Math.max(at, 0), columns.length - 1), extend);
}

/* The first row (or column) of the selection goes into the others. */
function fill(grid, down) {
  const { range } = grid.selection;
  fillFrom(grid, down ? { ...range, lastRow: range.firstRow } : { ...range, lastColumn: range.firstColumn });
}

/** Drawing: puts the rows and columns in sight into a fixed set of elements, which are used over and over. */
import { element } from "../elements.js";
import { groupsOf, horizonStart, takesEntry } from "./columns.js";
import { COLUMN, ROW } from "./geometry.js";
import { figure } from "./numbers.js";
import { spoken } from "./spoken.js";

const PAST_IN_SIGHT = { wide: 3, narrow: 1 };
const WIDE = 8;
const FROZEN_HEADS = [["label", "Plan line"], ["measure", "Measure"], ["unit", "Unit"]];

/** The picture of one grid: scroller, head, rows, frame around the selection. */
export class Drawing {
  #geometry; #model; #selection; #pending; #slots = []; #columnSlots = 0; #window = null; #queued = 0; #cellKinds = []; #lit = null;

  constructor({ geometry, model, selection, pending, readOnly }) {
    this.#geometry = geometry;
    this.#model = model;
    this.#selection = selection;
    this.#pending = pending;
    this.columns = [];
    this.head = element("div", { class: "pg-head", role: "row" });
    this.frame = element("div", { class: "pg-frame", "aria-hidden": "true" });
    this.focus = element("div", { class: "pg-focus", "aria-hidden": "true" });
    this.handle = readOnly ? null : element("div", { class: "pg-handle", "aria-hidden": "true", title: "Drag down or right to fill" });
    this.space = element("div", { class: "pg-space", role: "presentation" }, this.head, this.frame, this.focus, this.handle);
    this.scroller = element("div", { class: "pg-scroll", tabindex: "0", role: "treegrid", "aria-multiselectable": "true" }, this.space);
    this.scroller.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.later()).observe(this.scroller);
  }

  /** Draw with the next frame. */
  later() { this.#queued ||= requestAnimationFrame(() => { this.#queued = 0; this.draw(); }); }

  /** Other rows, columns or widths: begin anew. */
  reshape(columns) {
    const { space, scroller } = this;
    this.columns = columns;
    this.#cellKinds = columnKinds(columns);
    Object.assign(this.#geometry, { rows: this.#model.total, columns: columns.length });
    space.style.width = `${this.#geometry.width}px`;
    space.style.height = `${this.#geometry.height}px`;
    for (const [name, width] of Object.entries(this.#geometry.frozen)) space.style.setProperty(`--pg-${name}`, `${width}px`);
    scroller.setAttribute("aria-rowcount", this.#model.total + 1);
    scroller.setAttribute("aria-colcount", columns.length + FROZEN_HEADS.length);
    this.#window = null;
    this.draw();
  }

  /** New figures in the same shape. */
  refresh() {
    for (const slot of this.#slots) slot.row = null;
    this.draw();
  }

  draw() {
    if (!this.scroller.clientHeight) return;
    const view = this.#geometry.visible(this.scroller);
    this.#makeSlots();
    const moved = this.#window === null || view.firstColumn !== this.#window.firstColumn || view.columnCount !== this.#window.columnCount;
    this.#window = view;
    if (view.rowCount) this.#model.ensure(view.firstRow, view.firstRow + view.rowCount - 1);
    if (moved) this.#drawHead(view);
    this.#drawRows(view, moved);
    this.drawSelection();
  }

  #makeSlots() {
    const rows = this.#geometry.rowSlots(this.scroller.clientHeight), columns = this.#geometry.columnSlots(this.scroller.clientWidth);
    if (rows === this.#slots.length && columns === this.#columnSlots) return;
    this.#slots.forEach((slot) => slot.line.remove());
    this.#columnSlots = columns;
    this.#slots = Array.from({ length: Math.max(0, rows) }, () => makeSlot(columns));
    this.space.append(...this.#slots.map((slot) => slot.line));
    this.#window = null;
  }

  #drawRows({ firstRow, rowCount, firstColumn, columnCount }, moved) {
    const used = new Set();
    for (let at = firstRow; at < firstRow + rowCount; at += 1) {
      const slot = this.#slots[at % this.#slots.length], row = this.#model.row(at);
      used.add(slot);
      const same = slot.at === at && slot.row === row && row !== undefined;
      if (!same) this.#drawLine(slot, at, row);
      if (!same || moved) this.#drawCells(slot, row, firstColumn, columnCount);
    }
    for (const slot of this.#slots) if (!used.has(slot) && slot.at !== -1) { slot.line.hidden = true; slot.at = -1; slot.row = null; }
  }

  #drawLine(slot, at, row) {
    if (slot.at !== at) { slot.line.hidden = false; slot.line.style.top = `${this.#geometry.top(at)}px`; slot.line.setAttribute("aria-rowindex", at + 2); }
    slot.at = at;
    slot.row = row ?? null;
    const first = row && this.isFirstOfNode(row);
    slot.line.className = row ? `pg-row level-${Math.min(row.level, 5)}${first ? " is-first" : ""}${row.open ? " is-summed" : ""}` : "pg-row is-coming";
    drawLabel(slot, row, first);
  }

  /** The first measure of a node carries the node's label. */
  isFirstOfNode(row) { return row.measure === this.#model.view.firstMeasure; }

  #drawCells(slot, row, firstColumn, columnCount) {
    const size = slot.cells.length;
    for (let step = 0; step < size; step += 1) {
      const column = firstColumn + ((step - (firstColumn % size) + size) % size), cell = slot.cells[step];
      if (column >= firstColumn + columnCount) this.#hide(cell);
      else this.#drawCell(cell, row, column);
    }
  }

  #hide(cell) { if (cell.column !== -1) { cell.place.hidden = true; cell.column = -1; } }

  #drawCell(cell, row, column) {
    if (cell.column !== column) {
      cell.place.hidden = false;
      cell.place.style.left = `${this.#geometry.left(column)}px`;
      cell.place.setAttribute("aria-colindex", column + FROZEN_HEADS.length + 1);
      cell.column = column;
    }
    const { text, kind } = this.#look(row, column);
    if (cell.text.data !== text) cell.text.data = text;
    if (cell.kind !== kind) { cell.place.className = kind; cell.kind = kind; }
  }

  #look(row, column) {
    if (!row) return { text: "", kind: this.#cellKinds[column] };
    const { at, key } = this.columns[column], value = row.values[at], marks = row.marks?.[at];
    const waiting = this.#pending.get(row.id, key);
    let kind = this.#cellKinds[column];
    if (marks?.includes("l")) kind += " is-locked"; else if (row.editable && takesEntry(row, this.columns[column])) kind += " is-editable";
    if (marks?.includes("c")) kind += " is-changed";
    if (value < 0) kind += " is-negative"; else if (value > (row.limit ?? Infinity)) kind += " is-over";
    if (waiting) kind += waiting.state === "refused" ? " is-refused" : " is-pending";
    return { text: figure(waiting ? waiting.value : value, row.decimals), kind };
  }

  #drawHead({ firstColumn, columnCount }) {
    const frozen = element("div", { class: "pg-frozen", role: "presentation" }, ...FROZEN_HEADS.map(frozenHead));
    const last = firstColumn + columnCount - 1;
    const groups = groupsOf(this.columns).filter((group) => group.first <= last && group.first + group.count > firstColumn);
    const heads = this.columns.slice(firstColumn, last + 1).map((column, step) => this.#columnHead(column, firstColumn + step));
    this.head.replaceChildren(frozen, ...groups.map((group) => this.#groupHead(group)), ...heads);
  }

  #groupHead(group) {
    const made = element("div", { class: "pg-group", role: "presentation" }, element("span", {}, group.label));
    made.style.left = `${this.#geometry.left(group.first)}px`;
    made.style.width = `${group.count * COLUMN}px`;
    return made;
  }

  #columnHead(column, at) {
    const attributes = { class: this.#cellKinds[at].replace("pg-cell", "pg-column"), role: "columnheader", "aria-colindex": at + FROZEN_HEADS.length + 1 };
    const made = element("div", attributes, column.kind === "total" ? this.#foldButton(column) : column.label);
    made.style.left = `${this.#geometry.left(at)}px`;
    return made;
  }

  #foldButton({ key, label, group }) {
    const open = this.columns.some((column) => column.within === key);
    return element("button", { type: "button", class: "pg-fold", tabindex: "-1", "data-total": key, "aria-expanded": String(open), title: open ? `Fold ${label} into its total` : `Show the periods of ${label}` }, label === group ? label : label.replace(group, "").trim());
  }

  /** The frame around the range and the ring around the active cell, and what the screen reader is told. */
  drawSelection() {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.#selection.range;
    const { row, column } = this.#selection.active;
    const empty = !this.#geometry.rows || !this.#geometry.columns;
    this.frame.hidden = this.focus.hidden = empty;
    if (this.handle) this.handle.hidden = empty;
    if (empty) return;
    this.#place(this.frame, firstRow, firstColumn, lastRow - firstRow + 1, lastColumn - firstColumn + 1);
    this.#place(this.focus, row, column, 1, 1);
    if (this.handle) Object.assign(this.handle.style, { top: `${this.#geometry.top(lastRow + 1)}px`, left: `${this.#geometry.left(lastColumn + 1)}px` });
    this.#light(this.cellAt(row, column));
  }

  #place(box, row, column, rows, columns) {
    Object.assign(box.style, { top: `${this.#geometry.top(row)}px`, left: `${this.#geometry.left(column)}px`, height: `${rows * ROW}px`, width: `${columns * COLUMN}px` });
  }

  #light(cell) {
    if (this.#lit === cell) return;
    this.#lit?.removeAttribute("id");
    this.#lit?.removeAttribute("aria-selected");
    this.#lit = cell;
    if (!cell) { this.scroller.removeAttribute("aria-activedescendant"); return; }
    this.#lit.id = `${this.scroller.id}-focus`;
    this.#lit.setAttribute("aria-selected", "true");
    this.scroller.setAttribute("aria-activedescendant", this.#lit.id);
  }

  /** Element of a cell, or null when it is not drawn. */
  cellAt(row, column) {
    const slot = this.#slots.find((one) => one.at === row);
    return slot?.cells.find((cell) => cell.column === column)?.place ?? null;
  }

  /** Put an element (the editor) over a cell. */
  cover(box, { row, column }) {
    this.#place(box, row, column, 1, 1);
    this.space.append(box);
  }

  /** Begin where the horizon begins, with a little of the past in sight. */
  showHorizon() {
    const start = horizonStart(this.columns), room = (this.scroller.clientWidth - this.#geometry.frozenWidth) / COLUMN;
    const past = room < WIDE ? PAST_IN_SIGHT.narrow : PAST_IN_SIGHT.wide;
    if (start > past) this.scroller.scrollLeft = (start - past) * COLUMN;
    return Math.max(start, 0);
  }

  /** Scroll sideways by some columns. */
  shift(columns) { this.scroller.scrollLeft += columns * COLUMN; }

  /** Scroll until a cell is in sight. */
  reveal(cell) {
    const { top, left } = this.#geometry.reveal(cell, this.scroller);
    if (top !== this.scroller.scrollTop) this.scroller.scrollTop = top;
    if (left !== this.scroller.scrollLeft) this.scroller.scrollLeft = left;
  }

  /** Cell under the pointer: {row, column, part: "cell"|"label"|"head"}, or null when outside. */
  hit(event) {
    const box = this.scroller.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    if (!this.#geometry.rows || x > this.scroller.clientWidth || y > this.scroller.clientHeight) return null;
    const part = event.target.closest?.(".pg-head") ? "head" : x < this.#geometry.frozenWidth ? "label" : "cell";
    return { row: this.#geometry.rowAt(y + this.scroller.scrollTop), column: this.#geometry.columnAt(x + this.scroller.scrollLeft), part };
  }

  get page() { return this.#geometry.pageRows(this.scroller.clientHeight); }
}

function columnKinds(columns) {
  const start = horizonStart(columns);
  return columns.map((column, at) => {
    let kind = "pg-cell";
    if (column.kind === "history") kind += " is-past";
    if (column.kind === "total") kind += " is-total";
    if (at === start) kind += " is-start";
    if (at && column.group !== columns[at - 1].group) kind += " is-group-start";
    return kind;
  });
}

function frozenHead([name, label]) {
  return element("div", { class: `pg-${name}`, role: "columnheader" }, label, element("span", { class: "pg-resize", "data-resize": name, "aria-hidden": "true" }));
}

function makeSlot(columns) {
  const twist = element("button", { class: "pg-twist", type: "button", tabindex: "-1", "aria-hidden": "true" });
  const name = element("span", { class: "pg-name" }), called = element("span", { class: "pg-called" });
  const label = element("div", { class: "pg-label", role: "rowheader" }, twist, name, called);
  const measure = element("div", { class: "pg-measure", role: "gridcell" }), unit = element("div", { class: "pg-unit", role: "gridcell" });
  const frozen = element("div", { class: "pg-frozen", role: "presentation" }, label, measure, unit);
  const cells = Array.from({ length: columns }, makeCell);
  const line = element("div", { class: "pg-row", role: "row", hidden: true }, frozen, ...cells.map((cell) => cell.place));
  return { line, label, twist, name, called, measure, unit, cells, at: -1, row: null };
}

function makeCell() {
  const text = document.createTextNode("");
  return { place: element("div", { class: "pg-cell", role: "gridcell", hidden: true }, text), text, column: -1, kind: "pg-cell" };
}

function drawLabel({ line, label, twist, name, called, measure, unit }, row, first) {
  name.textContent = first ? row.label : "";
  called.textContent = first ? row.name ?? "" : "";
  name.className = called.textContent ? "pg-name is-code" : "pg-name";
  label.title = row ? spoken(row) : "";
  label.setAttribute("aria-label", row ? spoken(row) : "loading");
  const voice = row?.voice ? `${row.voice} %` : "";
  measure.classList.toggle("is-part", Boolean(voice));
  measure.replaceChildren(...(voice ? [element("span", {}, row.measure_label), element("span", { class: "pg-voice" }, voice)] : [row?.measure_label ?? ""]));
  measure.title = voice ? `${row.measure_label}: speaks for ${voice} of the demand and adds up that part only` : row?.measure_label ?? "";
  unit.textContent = unit.title = row ? row.unit : "";
  twist.hidden = !(first && row.has_children);
  if (!row) return;
  line.setAttribute("aria-level", row.level + 1);
  twist.className = `pg-twist${row.open ? " is-open" : ""}`;
  if (row.has_children && first) line.setAttribute("aria-expanded", String(row.open)); else line.removeAttribute("aria-expanded");
}

/** <plan-grid>: a plan as a spreadsheet, of which only the part in sight is fetched and drawn.
 *
 * Attributes: src (address of the scenario's worksheet), read-only, and the view: levels, measures (comma-separated), scope, time
 * ("month", "quarter", "year"), past (periods), totals, depth (levels that are open), open, closed (nodes by hand).
 * All parts of the view but the nodes may change while it is on the page.
 * Tells "plan-grid:view" (detail {open, closed}) when nodes are turned over, "plan-grid:changed" (detail {revision}) when figures were.
 */
import { toast } from "../toasts.js";
import { element } from "../elements.js";
import { WorksheetApi } from "./api.js";
import { EditBar } from "./bar.js";
import { planPaste, readTable } from "./clipboard.js";
import { shownColumns } from "./columns.js";
import { COMMANDS } from "./commands.js";
import { askAboutConflict } from "./conflict.js";
import { isLoaded, MOST_ROWS, tableText } from "./copying.js";
import { Drawing } from "./drawing.js";
import { CellEditor } from "./editor.js";
import { Edits } from "./edits.js";
import { preview, readEntry } from "./entry.js";
import { FindBox } from "./find.js";
import { Geometry } from "./geometry.js";
import { commandOf } from "./keyboard.js";
import { ContextMenu } from "./menu.js";
import { GridModel, View, VIEW_PARTS } from "./model.js";
import { forEditor } from "./numbers.js";
import { SidePanel } from "./panel.js";
import { Pending } from "./pending.js";
import { listenToPointer } from "./pointer.js";
import { remember, remembered } from "./remembered.js";
import { report } from "./report.js";
import { Selection } from "./selection.js";
import { StatusBar } from "./status.js";

const MOST_EDITS = 20000;
let made = 0;

/** The element; its parts do the work, it lets them know of each other. */
export class PlanGrid extends HTMLElement {
  static observedAttributes = VIEW_PARTS;
  #folded = new Set(); #held = null; #queued = false;

  connectedCallback() {
    if (this.drawing) return;
    this.readOnly = this.hasAttribute("read-only");
    this.api = new WorksheetApi(this.getAttribute("src"));
    this.geometry = new Geometry();
    Object.assign(this.geometry.frozen, remembered("widths", {}));
    this.selection = new Selection();
    this.pending = new Pending();
    this.model = new GridModel(this.api, this.#readView());
    this.edits = new Edits({ api: this.api, model: this.model, pending: this.pending });
    this.drawing = new Drawing(this);
    this.#makeParts();
    this.#arrange();
    this.#listen();
    this.model.reload();
  }

  attributeChangedCallback() {
    if (!this.drawing || this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => { this.#queued = false; this.model.view = this.#readView(); this.model.reload(); });
  }

  /** Columns on show. */
  get columns() { return this.drawing.columns; }

  valueAt(row, column) { return this.model.row(row)?.values[this.columns[column]?.at] ?? null; }

  #readView() {
    const nodes = this.model?.view.nodes ?? { open: this.getAttribute("open"), closed: this.getAttribute("closed") };
    return new View({ ...Object.fromEntries(VIEW_PARTS.map((name) => [name, this.getAttribute(name)])), ...nodes });
  }

  #makeParts() {
    const { model, readOnly } = this;
    this.bar = new EditBar({ readOnly });
    this.status = new StatusBar();
    this.editor = new CellEditor({ onDone: (text, move, wide) => this.#onTyped(text, move, wide) });
    this.panel = new SidePanel({ api: this.api, onClose: () => this.showPanel(false) });
    this.menu = new ContextMenu({ readOnly, onChoose: (command) => (command ? this.run(command) : this.focus()) });
    this.finder = new FindBox({ model, from: () => this.selection.focus.row, onFound: (row) => this.selection.move(row, this.selection.focus.column), onClose: () => this.focus() });
  }

  #arrange() {
    this.drawing.scroller.id = `plan-grid-${++made}`;
    this.drawing.scroller.setAttribute("aria-label", this.getAttribute("aria-label") ?? "Worksheet");
    this.said = element("div", { class: "pg-nothing", hidden: true });
    this.sheet = element("div", { class: "pg-sheet" }, this.drawing.scroller, this.finder.place, this.said);
    this.replaceChildren(this.bar.place, element("div", { class: "pg-middle" }, this.sheet, this.panel.place), this.status.place);
    if (remembered("panel", false)) this.showPanel(true);
  }

  #listen() {
    const { drawing, model, selection, edits, bar } = this;
    model.addEventListener("shape", () => this.#reshape());
    model.addEventListener("rows", () => { drawing.refresh(); this.#showStanding(); });
    model.addEventListener("busy", ({ detail }) => this.toggleAttribute("busy", detail));
    model.addEventListener("fault", ({ detail }) => this.#onFault(detail));
    selection.addEventListener("change", () => this.#onSelect());
    edits.addEventListener("state", ({ detail }) => this.status.show(detail));
    edits.addEventListener("done", ({ detail }) => this.#onDone(detail));
    edits.addEventListener("stale", ({ detail }) => this.#onStale(detail));
    edits.addEventListener("refused", ({ detail }) => this.#onRefused(detail));
    bar.addEventListener("command", ({ detail }) => this.run(detail));
    bar.addEventListener("entry", ({ detail }) => { this.focus(); if (detail) this.change(() => detail); });
    bar.addEventListener("reason", () => this.#release());
    drawing.scroller.addEventListener("keydown", (event) => this.#onKey(event));
    drawing.scroller.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    drawing.scroller.addEventListener("copy", (event) => this.#onCopy(event));
    drawing.scroller.addEventListener("paste", (event) => this.#onPaste(event));
    this.#listenToPointer();
  }

  #listenToPointer() {
    listenToPointer({
      drawing: this.drawing, geometry: this.geometry, selection: this.selection,
      onPress: () => { this.editor.close(true); this.focus(); },
      onTwist: (row) => this.openNode(row),
      onFold: (group) => { this.#folded.delete(group) || this.#folded.add(group); this.#reshape(); },
      onResize: () => { remember("widths", this.geometry.frozen); this.drawing.reshape(this.columns); },
      onOpen: () => this.openEditor(null),
    });
  }

  focus() { this.drawing.scroller.focus({ preventScroll: true }); }

  /** Do a command by its name. */
  run(command) { COMMANDS[command.name]?.(this, command); }

  #onKey(event) {
    if (this.editor.isOpen || event.target !== this.drawing.scroller) return;
    const command = commandOf(event);
    if (!command) return;
    event.preventDefault();
    this.run(command);
  }

  #reshape() {
    const columns = shownColumns(this.model.columns, this.#folded);
    this.selection.fit(this.model.total, columns.length);
    const begun = this.columns.length > 0;
    this.drawing.reshape(columns);
    if (!begun && columns.length) this.selection.move(0, this.drawing.showHorizon());
    this.#showNothing(this.model.total ? "" : "Nothing matches this view. Choose other levels or clear the filter.");
    this.#showStanding();
  }

  #showNothing(words) {
    this.said.hidden = !words;
    this.said.textContent = words;
  }

  #showStanding() {
    this.status.showRevision(this.model.revision, this.model.total);
    this.#showSelection();
  }

  #onSelect() {
    this.drawing.reveal(this.selection.focus);
    this.drawing.drawSelection();
    this.#showSelection();
  }

  #showSelection() {
    const { row, column } = this.selection.focus, line = this.model.row(row), period = this.columns[column];
    this.bar.address.textContent = line && period ? [line.label, line.measure_label, period.label].join(" · ") : "";
    this.bar.address.title = this.bar.address.textContent;
    this.panel.follow({ row: line, column: period });
    this.status.showSums(this.#sums());
  }

  #sums() {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.selection.range;
    const values = [];
    let partial = false, decimals = 0;
    for (let row = firstRow; row <= Math.min(lastRow, firstRow + MOST_ROWS); row += 1) {
      const line = this.model.row(row);
      if (!line) { partial = true; continue; }
      decimals = Math.max(decimals, line.decimals);
      for (let column = firstColumn; column <= lastColumn; column += 1) { const value = line.values[this.columns[column]?.at]; if (Number.isFinite(value)) values.push(value); }
    }
    return { values, decimals, partial: partial || lastRow - firstRow > MOST_ROWS, cells: this.selection.size };
  }

  /** Open or close the node of a row; without `open`, turn it over. */
  async openNode(at, open = null) {
    const row = this.model.row(at);
    if (!row?.has_children || row.open === open) return;
    this.model.view.turn(row);
    await this.model.reload();
    this.status.say(`${row.label} ${row.open ? "closed" : "open"}`);
    this.dispatchEvent(new CustomEvent("plan-grid:view", { bubbles: true, detail: this.model.view.nodes }));
  }

  /** Why a cell may not be edited, or null. */
  whyNot(row, column) {
    const line = this.model.row(row), period = this.columns[column];
    if (!period || row >= this.model.total) return "outside the worksheet";
    if (!line) return "not loaded yet";
    if (!line.editable) return `${line.measure_label} is calculated`;
    if (!period.editable) return period.kind === "history" ? "the past cannot be changed" : `${period.label} is calculated`;
    return line.marks?.[period.at]?.includes("l") ? "locked" : null;
  }

  openEditor(text) {
    const { row, column } = this.selection.focus, why = this.readOnly ? "you may look, not change" : this.whyNot(row, column);
    if (why) { this.status.say(`Not editable: ${why}`); this.#refuseCell(row, column, why); return; }
    const line = this.model.row(row), value = forEditor(this.valueAt(row, column));
    this.drawing.cover(this.editor.open({ value, text, label: `${line.label}, ${line.measure_label}, ${this.columns[column].label}` }), this.selection.focus);
    this.editor.focus(text === null);
  }

  #refuseCell(row, column, why) {
    const cell = this.drawing.cellAt(row, column);
    if (!cell) return;
    cell.title = why;
    cell.classList.add("is-refusing");
    setTimeout(() => cell.classList.remove("is-refusing"), 400);
  }

  #onTyped(text, move, wide) {
    this.focus();
    if (text !== null && readEntry(text) === null) toast({ state: "warning", title: "That is not a number", text: `Write 500, +40, -5%, *1.2 or 1.2k instead of "${text}".` });
    else if (text !== null && wide) this.change(() => text);
    else if (text !== null) this.#submit([{ ...this.selection.focus, text }], []);
    if (move) this.selection.step(...move);
  }

  /** Change every editable cell of the selection; `textOf(row, column)` gives the words, or null to leave a cell alone. */
  change(textOf) {
    if (this.readOnly) return;
    const { firstRow, lastRow, firstColumn, lastColumn } = this.selection.range;
    if (this.selection.size > MOST_EDITS) { toast({ state: "warning", text: `At most ${MOST_EDITS.toLocaleString()} cells can be changed at once.` }); return; }
    const cells = [], skipped = [];
    for (let row = firstRow; row <= lastRow; row += 1) {
      for (let column = firstColumn; column <= lastColumn; column += 1) {
        const why = this.whyNot(row, column), text = why ? null : textOf(row, column);
        if (why) skipped.push({ row, column, why }); else if (text !== null) cells.push({ row, column, text });
      }
    }
    const bad = cells.find(({ text }) => readEntry(text) === null);
    if (bad) toast({ state: "warning", title: "That is not a number", text: `Write 500, +40, -5%, *1.2 or 1.2k instead of "${bad.text}".` });
    else this.#submit(cells, skipped);
  }

  /** Lock or unlock the selection; without `locked`, turn over what the focus cell is. */
  lock(locked) {
    if (this.readOnly) return;
    const { firstRow, lastRow, firstColumn, lastColumn } = this.selection.range, focus = this.selection.focus;
    const wanted = locked ?? !this.model.row(focus.row)?.marks?.[this.columns[focus.column]?.at]?.includes("l");
    const cells = [];
    for (let row = firstRow; row <= lastRow; row += 1) {
      for (let column = firstColumn; column <= lastColumn; column += 1) {
        const why = this.whyNot(row, column);
        if (!why || (why === "locked" && !wanted)) cells.push({ row: this.model.row(row).id, column: this.columns[column].key });
      }
    }
    if (cells.length) this.edits.lock(cells, wanted); else toast({ state: "warning", text: `Nothing here can be ${wanted ? "locked" : "unlocked"}.` });
  }

  #submit(cells, skipped) {
    const named = cells.map(({ row, column, text }) => ({ row: this.model.row(row).id, column: this.columns[column].key, text, value: preview(text, this.valueAt(row, column)) }));
    const told = skipped.map(({ row, column, why }) => ({ label: `${this.model.row(row)?.label ?? ""} ${this.columns[column]?.label ?? ""}`.trim(), why }));
    if (!named.length) { report({ applied: 0, skipped: told }); return; }
    this.#held = { cells: named, skipped: told };
    this.#release();
  }

  /* NOTE: an edit without a reason is held, shown in its cells, and sent once the reason is chosen. */
  #release() {
    if (!this.#held) return;
    const { cells, skipped } = this.#held, why = this.bar.why;
    this.pending.put(cells, "saving");
    this.drawing.refresh();
    if (!why) { this.status.show("asking"); this.bar.ask(); return; }
    this.#held = null;
    this.#skippedHere = skipped;
    this.edits.edit(cells, why);
    this.bar.clearNote();
    this.focus();
  }

  #skippedHere = [];

  #onDone({ answer, cells }) {
    const labels = new Map(this.columns.map((column) => [column.key, column.label]));
    const there = (answer.skipped ?? []).map(({ row, column, why }) => ({ label: `${this.model.row(this.model.indexOf(row))?.label ?? ""} ${labels.get(column) ?? column}`.trim(), why }));
    const skipped = [...this.#skippedHere, ...there];
    this.#skippedHere = [];
    this.drawing.refresh();
    this.#showStanding();
    this.panel.renew();
    if (skipped.length || cells.length > 1) report({ applied: answer.applied ?? cells.length, skipped });
    this.status.say(`Saved, revision ${answer.revision}`);
    this.dispatchEvent(new CustomEvent("plan-grid:changed", { bubbles: true, detail: { revision: answer.revision } }));
  }

  async #onStale({ change, cells, again, drop }) {
    this.pending.put(cells, "refused");
    this.drawing.refresh();
    const first = cells[0] && this.model.indexOf(cells[0].row);
    const column = cells[0] ? this.columns.findIndex((one) => one.key === cells[0].column) : this.selection.focus.column;
    const cell = this.drawing.cellAt(first ?? this.selection.focus.row, column);
    const mine = await askAboutConflict({ host: this.sheet, cell, change, count: cells.length });
    this.focus();
    if (mine) again(); else drop();
    this.drawing.refresh();
  }

  #onRefused({ error, cells, again }) {
    this.drawing.refresh();
    const words = { state: "alert", title: "Not saved", text: error.message };
    const shown = toast(words);
    if (this.status.place.dataset.state !== "failed") return;
    shown.append(element("button", { class: "button small", type: "button", onclick: () => { shown.remove(); again(); if (cells.length) this.drawing.refresh(); } }, "Try again"));
  }

  #onFault(error) {
    if (!this.model.columns.length) this.#showNothing(error.message);
    else toast({ state: "alert", title: "The rows could not be loaded", text: error.message });
  }

  #onContextMenu(event) {
    const hit = this.drawing.hit(event);
    event.preventDefault();
    if (!hit) return;
    if (!this.selection.has(hit.row, hit.column)) this.selection.move(hit.row, hit.column);
    this.menu.open(this, event.clientX, event.clientY);
  }

  openMenu() {
    const box = this.drawing.cellAt(this.selection.focus.row, this.selection.focus.column)?.getBoundingClientRect();
    if (box) this.menu.open(this, box.left + 12, box.bottom);
  }

  showPanel(open, tab) {
    this.panel.show(open, tab);
    this.bar.panel.setAttribute("aria-pressed", String(open));
    remember("panel", open);
    this.#showSelection();
    if (!open) this.focus();
  }

  #onCopy(event) {
    if (this.editor.isOpen || event.target !== this.drawing.scroller) return;
    event.preventDefault();
    if (isLoaded(this.model, this.selection.range)) event.clipboardData.setData("text/plain", tableText(this.model, this.columns, this.selection.range));
    else this.copyLater(false);
    this.#sayCopied();
  }

  /** Copy by the asynchronous clipboard, fetching rows that have not been on the screen. */
  async copyLater(headings = false) {
    const { range } = this.selection;
    if (range.lastRow - range.firstRow >= MOST_ROWS) { toast({ state: "warning", text: `At most ${MOST_ROWS.toLocaleString()} rows can be copied at once; use the Excel download for more.` }); return; }
    await this.model.load(range.firstRow, range.lastRow);
    await navigator.clipboard.writeText(tableText(this.model, this.columns, range, headings));
    this.#sayCopied();
    this.focus();
  }

  async copyLink() {
    await navigator.clipboard.writeText(location.href);
    toast({ text: "The link to this view is on the clipboard.", seconds: 3 });
    this.focus();
  }

  #sayCopied() { this.status.say(`${this.selection.size} cells copied`); }

  #onPaste(event) {
    if (this.editor.isOpen || event.target !== this.drawing.scroller) return;
    event.preventDefault();
    if (this.readOnly) return;
    const table = readTable(event.clipboardData.getData("text/plain"));
    const { cells, skipped, range } = planPaste(table, this.selection.range, (row, column) => this.whyNot(row, column));
    this.selection.choose(range);
    this.#submit(cells, skipped);
  }
}

customElements.define("plan-grid", PlanGrid);

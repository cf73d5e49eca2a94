/** Changing: from what a person types, fills, pastes or locks to a deed for the server, and back to what came of it. */
import { element } from "../elements.js";
import { toast } from "../toasts.js";
import { Advice } from "./advice.js";
import { Refused } from "./api.js";
import { takesEntry } from "./columns.js";
import { askAboutConflict } from "./conflict.js";
import { CellEditor } from "./editor.js";
import { Edits } from "./edits.js";
import { preview, readEntry } from "./entry.js";
import { forEditor } from "./numbers.js";
import { report } from "./report.js";

const MOST_CELLS = 20000;
const SHAKE = 400;

function draftWords([{ text, label }, ...others]) { return `Waiting for a reason: ${text} in ${label}${others.length ? ` and ${others.length} more` : ""}`; }

/** The changing side of one grid. */
export class Changing {
  #grid; #held = { cells: [], skipped: [] }; #waiting = null; #whispered = null;

  constructor(grid) {
    this.#grid = grid;
    this.advice = new Advice({ api: grid.api, status: grid.status, spread: () => grid.bar.spread.value });
    this.editor = new CellEditor({ onDone: (text, move, wide) => this.#onTyped(text, move, wide), onTyping: (text) => this.#onTyping(text) });
    this.edits = new Edits(grid);
    this.edits.addEventListener("state", ({ detail }) => grid.status.show(detail));
    this.edits.addEventListener("done", ({ detail }) => this.#onDone(detail));
    this.edits.addEventListener("stale", ({ detail }) => this.#onStale(detail));
    this.edits.addEventListener("refused", ({ detail }) => this.#onRefused(detail));
    grid.bar.addEventListener("reason", () => { this.#release(); this.#waiting?.(); });
    grid.bar.addEventListener("discard", () => this.#discard());
    window.addEventListener("beforeunload", (event) => { if (this.#held.cells.length || this.edits.isBusy) event.preventDefault(); });
  }

  /** Why a cell may not be edited, or null. */
  whyNot(row, column) {
    const line = this.#grid.model.row(row), period = this.#grid.columns[column];
    if (!period || row >= this.#grid.model.total) return "outside the worksheet";
    if (!line) return "not loaded yet";
    if (!line.editable) return `${line.measure_label} is calculated`;
    if (line.span === "history" && !takesEntry(line, period)) return `${line.measure_label} belongs to the past`;
    if (!takesEntry(line, period)) return period.kind === "history" ? "the past cannot be changed" : `${period.label} is calculated`;
    return line.marks?.[period.at]?.includes("l") ? "locked" : null;
  }

  /** Open the editor on the focus; `text` null keeps the cell's value, else it begins with what was typed. */
  open(text) {
    const { model, columns, selection, drawing, readOnly } = this.#grid, { row, column } = selection.active;
    const why = readOnly ? "you may look, not change" : this.whyNot(row, column);
    if (why) { this.#shake(why); return; }
    const { label, measure_label: measure } = model.row(row), value = forEditor(this.#grid.valueAt(row, column));
    drawing.cover(this.editor.open({ value, text, label: `${label}, ${measure}, ${columns[column].label}` }), selection.active);
    this.editor.focus(text === null);
  }

  #shake(why) {
    const { status, drawing, selection } = this.#grid, cell = drawing.cellAt(selection.active.row, selection.active.column);
    status.say(`Not editable: ${why}`);
    if (!cell) return;
    cell.title = why;
    cell.classList.add("is-refusing");
    setTimeout(() => cell.classList.remove("is-refusing"), SHAKE);
  }

  #onTyping(text) {
    const { selection, model, columns } = this.#grid, { row, column } = selection.active;
    if (text === null) this.advice.drop();
    else this.advice.ask({ row: model.row(row).id, column: columns[column].key, text });
  }

  #onTyped(text, move, wide) {
    const { selection } = this.#grid;
    if (text === null) this.advice.drop();
    this.#grid.focus();
    if (text !== null && wide) this.change(() => text);
    else if (text !== null) this.submit([{ ...selection.active, text }], []);
    if (move) selection.step(...move);
  }

  /** Change every editable cell of the selection; `textOf(row, column)` gives the words, or null to leave a cell alone. */
  change(textOf) {
    if (this.#grid.readOnly || !this.#isSmall()) return;
    const cells = [], skipped = [];
    this.#eachCell((row, column) => {
      const why = this.whyNot(row, column), text = why ? null : textOf(row, column);
      if (why) skipped.push({ row, column, why }); else if (text !== null) cells.push({ row, column, text });
    });
    this.submit(cells, skipped);
  }

  /** Lock or unlock the selection; without `locked`, turn over what the focus cell is. */
  lock(locked) {
    if (this.#grid.readOnly || !this.#isSmall()) return;
    const { selection, model, columns } = this.#grid, wanted = locked ?? this.whyNot(selection.active.row, selection.active.column) !== "locked";
    const cells = [];
    this.#eachCell((row, column) => {
      const why = this.whyNot(row, column);
      if (!why || why === "locked") cells.push({ row: model.row(row).id, column: columns[column].key });
    });
    if (cells.length) this.edits.lock(cells, wanted); else toast({ state: "warning", text: `Nothing here can be ${wanted ? "locked" : "unlocked"}.` });
  }

  /** Take a single change back, or bring it back; it needs a reason, too. */
  switch(change, on) {
    const { bar } = this.#grid;
    this.#waiting = bar.why ? null : () => this.switch(change, on);
    if (!bar.why) { bar.ask(); return; }
    this.edits.switch(change, on, bar.why);
    bar.clearNote();
  }

  /** Send cells [{row, column, text}] by number; those that are no numbers stop it all, those left out are reported. */
  submit(cells, skipped) {
    const bad = cells.find(({ text }) => readEntry(text) === null);
    if (bad) { toast({ state: "warning", title: "That is not a number", text: `Write 500, +40, -5%, *1.2 or 1.2k instead of "${bad.text}".` }); return; }
    const left = skipped.map(({ row, column, why }) => ({ label: this.#label(row, this.#grid.columns[column]?.label), why }));
    if (!cells.length) { report({ applied: 0, skipped: left }); return; }
    this.#held.cells.push(...cells.map((cell) => this.#named(cell)));
    this.#held.skipped.push(...left);
    this.#release();
  }

  #named({ row, column, text }) {
    const { model, columns } = this.#grid;
    const before = this.#grid.valueAt(row, column);
    return { row: model.row(row).id, column: columns[column].key, text, value: preview(text, before), before, label: this.#label(row, columns[column].label) };
  }

  #label(row, period) { return [this.#grid.model.row(row)?.label, period].filter(Boolean).join(" "); }

  /* NOTE: edits without a reason are held, shown in their cells, and sent once the reason is chosen. */
  #release() {
    const { cells, skipped } = this.#held, { pending, drawing, bar, status } = this.#grid;
    if (!cells.length) return;
    pending.put(cells, "saving");
    drawing.refresh();
    if (!bar.why) { status.show("asking"); bar.showDraft(draftWords(cells)); bar.ask(); return; }
    this.#held = { cells: [], skipped: [] };
    bar.showDraft("");
    this.edits.edit(cells, bar.why, skipped);
    bar.clearNote();
    this.#grid.focus();
  }

  #discard() {
    const { pending, drawing, bar, status } = this.#grid;
    pending.drop(this.#held.cells);
    this.#held = { cells: [], skipped: [] };
    bar.showDraft("");
    bar.calm();
    status.show(this.edits.isBusy ? "saving" : "saved");
    drawing.refresh();
    this.#grid.focus();
  }

  #onDone({ answer, cells, skipped }) {
    const { model, columns } = this.#grid, labels = new Map(columns.map((column) => [column.key, column.label]));
    const there = (answer.skipped ?? []).map(({ row, column, why }) => ({ label: this.#label(model.indexOf(row), labels.get(column) ?? column), why }));
    const left = [...skipped, ...there];
    this.#grid.renew();
    if (left.length || cells.length > 1) report({ applied: answer.applied ?? cells.length, skipped: left });
    this.#grid.status.say(`Saved, revision ${answer.revision}`);
    this.#grid.tell("plan-grid:changed", { revision: answer.revision });
  }

  async #onStale({ change, cells, again, drop }) {
    const { pending, drawing, sheet } = this.#grid;
    pending.put(cells, "refused");
    this.#grid.renew();
    const mine = await askAboutConflict({ host: sheet, cell: this.#drawnCell(cells[0]), change, facts: this.#facts(cells), count: cells.length });
    this.#grid.focus();
    if (mine) again(); else drop();
    drawing.refresh();
  }

  /* The first disputed figure; it has been fetched again, so the model holds theirs. */
  #facts([cell]) {
    const { model, columns } = this.#grid, column = columns.find(({ key }) => key === cell?.column), row = cell && model.row(model.indexOf(cell.row));
    return row && column ? { label: cell.label, theirs: row.values[column.at], yours: cell.value, before: cell.before, decimals: row.decimals } : null;
  }

  #drawnCell(cell) {
    const { model, columns, drawing, selection } = this.#grid;
    if (!cell) return drawing.cellAt(selection.active.row, selection.active.column);
    return drawing.cellAt(model.indexOf(cell.row), columns.findIndex((column) => column.key === cell.column));
  }

  /** Take the last step back, or bring it back; where there is none, say so once. */
  step(name) {
    const { model, readOnly } = this.#grid;
    if (readOnly) return;
    if (this.edits.isBusy || (name === "undo" ? model.canUndo : model.canRedo)) this.edits[name]();
    else this.#whisper(`Nothing left to ${name}.`);
  }

  #whisper(text) {
    this.#whispered?.remove();
    this.#whispered = toast({ text, seconds: 3 });
  }

  #onRefused({ error, again, isStep }) {
    const { drawing, status } = this.#grid;
    drawing.refresh();
    if (isStep && error instanceof Refused) { this.#whisper(error.message); return; }
    const shown = toast({ state: "alert", title: "Not saved", text: error.message });
    if (status.state !== "failed") return;
    const retry = () => { shown.remove(); again(); drawing.refresh(); };
    shown.append(element("button", { class: "button small", type: "button", onclick: retry }, "Try again"));
  }

  #isSmall() {
    const small = this.#grid.selection.size <= MOST_CELLS;
    if (!small) toast({ state: "warning", text: `At most ${MOST_CELLS.toLocaleString()} cells can be changed at once.` });
    return small;
  }

  #eachCell(visit) {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.#grid.selection.range;
    for (let row = firstRow; row <= lastRow; row += 1) for (let column = firstColumn; column <= lastColumn; column += 1) visit(row, column);
  }
}

/** Exchange: copy to and paste from spreadsheets, by the browser's own clipboard. */
import { toast } from "../toasts.js";
import { planPaste, readTable } from "./clipboard.js";
import { isLoaded, MOST_ROWS, tableText } from "./copying.js";

/** The clipboard side of one grid. */
export class Exchange {
  #grid;

  constructor(grid) {
    this.#grid = grid;
    const { scroller } = grid.drawing;
    scroller.addEventListener("copy", (event) => this.#onCopy(event));
    scroller.addEventListener("paste", (event) => this.#onPaste(event));
  }

  /** Copy by the asynchronous clipboard, fetching rows that have not been on the screen. */
  async copy(headings = false) {
    const { model, columns, selection } = this.#grid, { range } = selection;
    if (range.lastRow - range.firstRow >= MOST_ROWS) {
      toast({ state: "warning", text: `At most ${MOST_ROWS.toLocaleString()} rows can be copied at once; use the Excel download for more.` });
      return;
    }
    await model.load(range.firstRow, range.lastRow);
    await navigator.clipboard.writeText(tableText(model, columns, range, headings));
    this.#say();
    this.#grid.focus();
  }

  /** Copy the address of this view. */
  async copyLink() {
    await navigator.clipboard.writeText(location.href);
    toast({ text: "The link to this view is on the clipboard.", seconds: 3 });
    this.#grid.focus();
  }

  #onCopy(event) {
    const { drawing, model, columns, selection } = this.#grid;
    if (event.target !== drawing.scroller) return;
    event.preventDefault();
    if (!isLoaded(model, selection.range)) { this.copy(); return; }
    event.clipboardData.setData("text/plain", tableText(model, columns, selection.range));
    this.#say();
  }

  #onPaste(event) {
    const { drawing, changing, selection, readOnly } = this.#grid;
    if (event.target !== drawing.scroller || readOnly) return;
    event.preventDefault();
    const table = readTable(event.clipboardData.getData("text/plain"));
    const { cells, skipped, range } = planPaste(table, selection.range, (row, column) => changing.whyNot(row, column));
    selection.choose(range);
    changing.submit(cells, skipped);
  }

  #say() { this.#grid.status.say(`${this.#grid.selection.size} cells copied`); }
}

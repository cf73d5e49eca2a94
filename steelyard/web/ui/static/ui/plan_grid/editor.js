/** Editor: the input over a cell while a person types. */
import { element } from "../elements.js";
import { readEntry } from "./entry.js";

/**
 * Opens over one cell at a time.
 * Tells what stands there through `onTyping(text)` (null while it is no entry), and through `onDone(text, move, wide)` at the end: the words, the step to go afterwards, and whether they are meant for the whole selection; `text` is null on Escape.
 */
export class CellEditor {
  #input = null; #before = null; #onDone; #onTyping;

  constructor({ onDone, onTyping = () => {} }) {
    this.#onDone = onDone;
    this.#onTyping = onTyping;
  }

  get isOpen() { return this.#input !== null; }

  /** Make the input; `text` null takes the cell's value and selects it. */
  open({ value, text, label }) {
    const input = element("input", { class: "pg-editor", type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": label });
    input.value = text ?? value;
    this.#before = text === null ? value : null;
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("input", () => this.#judge());
    input.addEventListener("blur", () => this.close(true));
    this.#input = input;
    return input;
  }

  /** Give the input the keyboard, once it is on the page. */
  focus(selectAll) {
    this.#input.focus({ preventScroll: true });
    if (selectAll) this.#input.select(); else this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
  }

  /** End; keep what was typed or leave the cell as it was. */
  close(keep, move = null, wide = false) {
    const input = this.#input;
    if (!input) return;
    this.#input = null;
    const text = keep && input.value.trim() !== "" && input.value !== this.#before ? input.value.trim() : null;
    input.remove();
    this.#onDone(text, move, wide);
  }

  #onKey(event) {
    event.stopPropagation();
    const back = event.shiftKey ? -1 : 1;
    const done = { Enter: [back, 0], Tab: [0, back], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (event.key === "Escape") this.close(false);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.close(true, null, true);
    else if (done && !event.isComposing) this.close(true, done);
    else return;
    event.preventDefault();
  }

  #judge() {
    const text = this.#input.value.trim();
    const entry = readEntry(text);
    this.#input.setAttribute("aria-invalid", String(text !== "" && !/^[+*=-]$/.test(text) && entry === null));
    this.#onTyping(entry === null ? null : text);
  }
}

/** Find: a small box that goes to the next plan line, open or not, whose code or name holds some words. */
import { element } from "../elements.js";
import { icon } from "../icons.js";

/** Opens over the grid; `ask(words)` answers the next line; `onFound(line)` goes there; `onClose()` returns the keyboard. */
export class FindBox {
  #ask; #onFound; #onClose; #searches = 0;

  constructor({ ask, onFound, onClose }) {
    this.#ask = ask;
    this.#onFound = onFound;
    this.#onClose = onClose;
    this.input = element("input", { type: "search", placeholder: "Find a plan line", "aria-label": "Find a plan line" });
    this.said = element("span", { class: "pg-found", role: "status" });
    const close = element("button", { class: "button quiet small icon-only", type: "button", "aria-label": "Close", onclick: () => this.close() }, icon("close"));
    this.place = element("div", { class: "pg-find", hidden: true }, element("label", { class: "search" }, icon("search"), this.input), this.said, close);
    this.place.addEventListener("keydown", (event) => this.#onKey(event));
  }

  open() {
    this.place.hidden = false;
    this.input.select();
    this.input.focus();
  }

  close() {
    this.#searches += 1;
    this.place.hidden = true;
    this.said.textContent = "";
    this.#onClose();
  }

  /** Go to the next match below, beginning again at the top; lines above it are opened. */
  async next() {
    const words = this.input.value.trim();
    if (!words) return;
    const search = ++this.#searches;
    this.said.textContent = "Searching";
    const line = await this.#ask(words).catch((error) => error);
    if (search !== this.#searches) return;
    this.said.textContent = said(line, words);
    if (Number.isInteger(line.row)) await this.#onFound(line);
  }

  #onKey(event) {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "F3") { event.preventDefault(); this.next(); }
    if (event.key === "Escape") this.close();
  }
}

function said(line, words) {
  if (line instanceof Error) return line.message;
  return Number.isInteger(line.row) ? "" : `No line of this view holds "${words}" in its code or name`;
}

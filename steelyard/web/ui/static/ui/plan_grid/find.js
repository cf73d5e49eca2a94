/** Find: a small box that walks to the next plan line whose code or name holds some words. */
import { element } from "../elements.js";
import { icon } from "../icons.js";
import { spoken } from "./spoken.js";

/** Opens over the grid; `onFound(row number)`; `from()` gives the row to start at; `onClose()` returns the keyboard. */
export class FindBox {
  #model; #from; #onFound; #onClose; #search = null;

  constructor({ model, from, onFound, onClose }) {
    this.#model = model;
    this.#from = from;
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
    this.#search?.abort();
    this.place.hidden = true;
    this.said.textContent = "";
    this.#onClose();
  }

  /** Go to the next match below, beginning again at the top. */
  async next() {
    const words = this.input.value.trim().toLocaleLowerCase();
    if (!words) return;
    this.#search?.abort();
    const search = (this.#search = new AbortController());
    this.said.textContent = "Searching";
    const at = await this.#seek(words, search.signal).catch(() => null);
    if (search.signal.aborted) return;
    this.said.textContent = at === null ? "Not among the open lines" : "";
    if (at !== null) this.#onFound(at);
  }

  async #seek(words, signal) {
    let found = null, before = null;
    const start = this.#from();
    const here = this.#model.row(start)?.node;
    const visit = (row, at) => { if (row.node === here || row.node === before || !spoken(row).toLocaleLowerCase().includes(words)) { before = row.node; return false; } found = at; return true; };
    if (!(await this.#model.walk(start, visit, signal))) await this.#model.walk(0, visit, signal);
    return found;
  }

  #onKey(event) {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "F3") { event.preventDefault(); this.next(); }
    if (event.key === "Escape") this.close();
  }
}

/** Menu: what a right click offers for the selection. */
import { element } from "../elements.js";

const CHOICES = [
  ["Explain this figure", { name: "show", tab: "explain" }, ""], ["History of this cell", { name: "show", tab: "history" }, ""], ["Chart of this line", { name: "show", tab: "chart" }, ""], null,
  ["Change selection by percent…", { name: "change" }, "Ctrl+Enter", "edit"], ["Fill down", { name: "fill", down: true }, "Ctrl+D", "edit"], ["Fill right", { name: "fill", down: false }, "Ctrl+R", "edit"], null,
  ["Spread by plan", { name: "spread", by: "basis" }, "", "edit"], ["Spread by history", { name: "spread", by: "history" }, "", "edit"], ["Spread equally", { name: "spread", by: "equal" }, "", "edit"], null,
  ["Lock", { name: "lock", locked: true }, "Ctrl+L", "edit"], ["Unlock", { name: "lock", locked: false }, "", "edit"], null,
  ["Copy", { name: "copy" }, "Ctrl+C"], ["Copy with headings", { name: "copy", headings: true }, ""], ["Copy link to this view", { name: "link" }, ""],
];

/** Opens at a point; `onChoose(command)` is called with the choice. */
export class ContextMenu {
  #place = null; #onChoose; #readOnly; #away = (event) => { if (!this.#place?.contains(event.target)) this.close(); };

  constructor({ onChoose, readOnly }) {
    this.#onChoose = onChoose;
    this.#readOnly = readOnly;
  }

  open(host, x, y) {
    this.close();
    const offered = CHOICES.filter((choice) => !choice || !choice[3] || !this.#readOnly);
    this.#place = element("div", { class: "pg-menu menu-list", role: "menu", "aria-label": "Selection" }, ...offered.map((choice) => (choice ? this.#item(choice) : element("hr"))));
    this.#place.addEventListener("keydown", (event) => this.#onKey(event));
    host.append(this.#place);
    const { width, height } = this.#place.getBoundingClientRect();
    this.#place.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 8))}px`;
    this.#place.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 8))}px`;
    this.#place.querySelector("button").focus();
    addEventListener("pointerdown", this.#away, true);
  }

  close() {
    removeEventListener("pointerdown", this.#away, true);
    this.#place?.remove();
    this.#place = null;
  }

  #item([words, command, key]) {
    const choose = () => { this.close(); this.#onChoose(command); };
    return element("button", { type: "button", role: "menuitem", onclick: choose }, words, key && element("span", { class: "key" }, key));
  }

  #onKey(event) {
    const items = [...this.#place.querySelectorAll("button")], step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") { this.close(); this.#onChoose(null); }
    else if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

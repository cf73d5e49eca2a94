/** Bar: the line above the grid; where you are, what to do to the selection, why, and how it spreads. */
import { element } from "../elements.js";
import { icon } from "../icons.js";
import { REASONS, SPREADS } from "./reasons.js";
import { remember, remembered } from "./remembered.js";

const CHOOSE = [["", "Why? Choose a reason"]];

/** Tells "command" (detail: command), "entry" (detail: text for the selection), "reason" once one is chosen, "discard" when what waits shall be forgotten. */
export class EditBar extends EventTarget {
  constructor({ readOnly }) {
    super();
    this.address = element("output", { class: "pg-address", "aria-live": "off" });
    this.entry = element("input", { class: "pg-entry", type: "text", placeholder: "500  +40  +5%  *1.2", "aria-label": "Change the selected cells", autocomplete: "off" });
    this.reason = choice("Reason", [...CHOOSE, ...REASONS], remembered("reason", ""));
    this.note = element("input", { class: "pg-note", type: "text", placeholder: "Note (kept with the change)", "aria-label": "Note", maxlength: "500", autocomplete: "off" });
    this.expires = element("input", { class: "pg-expires", type: "date", "aria-label": "Expires", title: "First day on which the change no longer counts; empty: it stays" });
    this.spread = choice("Spread down", SPREADS, remembered("spread", "basis"));
    this.undo = this.#button("undo", "Undo (Ctrl+Z)", { name: "undo" });
    this.redo = this.#button("redo", "Redo (Ctrl+Y)", { name: "redo" });
    const changing = [
      element("span", { class: "button-group" }, this.undo, this.redo), this.entry,
      field("Reason", this.reason), this.note, field("Expires", this.expires), field("Spread", this.spread), this.#button("lock", "Lock or unlock the selection (Ctrl+L)", { name: "lock" }),
    ];
    this.draft = element("output", { class: "pg-draft badge is-warning", hidden: true });
    this.discard = element("button", { class: "button small", type: "button", hidden: true, onclick: () => this.#tell("discard") }, "Discard");
    const tools = [this.#button("search", "Find a plan line (Ctrl+F)", { name: "find" }), this.#button("info", "Keys (F1)", { name: "help" }), this.panel = this.#button("panel", "Chart, explanation and history", { name: "panel" })];
    this.place = element("div", { class: "pg-bar", role: "toolbar", "aria-label": "Worksheet" }, this.address, ...(readOnly ? [] : [...changing, this.draft, this.discard]), element("span", { class: "pg-space-between" }), ...tools);
    this.#listen();
  }

  /** What goes with an edit; null until a reason is chosen. */
  get why() { return this.reason.value ? { reason: this.reason.value, note: this.note.value.trim(), spread: this.spread.value, ...(this.expires.value ? { expires: this.expires.value } : {}) } : null; }

  /** Whether there is a step to take back or to bring back. */
  showSteps({ canUndo, canRedo }) {
    this.undo.disabled = !canUndo;
    this.redo.disabled = !canRedo;
  }

  /** Ask for the reason that an edit waits for. */
  ask() {
    this.place.classList.add("is-asking");
    this.reason.focus();
    this.reason.showPicker?.call(this.reason);
  }

  /** Show what waits for a reason; nothing without words. */
  showDraft(words) {
    this.draft.textContent = words;
    this.draft.hidden = this.discard.hidden = !words;
  }

  /** Ask no longer. */
  calm() { this.place.classList.remove("is-asking"); }

  /** Note and expiry belong to one edit. */
  clearNote() { this.note.value = this.expires.value = ""; }

  /** Begin an entry for the whole selection. */
  begin(text) {
    this.entry.value = text;
    this.entry.focus();
    this.entry.setSelectionRange(text.length > 1 ? 1 : text.length, text.replace("%", "").length);
  }

  #button(picture, title, command) {
    const send = () => this.#tell("command", command);
    return element("button", { class: "button quiet small icon-only", type: "button", title, "aria-label": title, onclick: send }, icon(picture));
  }

  #listen() {
    this.reason.addEventListener("change", () => {
      remember("reason", this.reason.value);
      this.place.classList.remove("is-asking");
      if (this.reason.value) this.#tell("reason");
    });
    this.spread.addEventListener("change", () => remember("spread", this.spread.value));
    this.entry.addEventListener("keydown", (event) => this.#onEntryKey(event));
  }

  #onEntryKey(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    const text = this.entry.value.trim();
    this.entry.value = "";
    this.#tell("entry", event.key === "Enter" ? text : "");
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

function choice(label, options, chosen) {
  return element("select", { "aria-label": label }, ...options.map(([value, words]) => element("option", { value, selected: value === chosen }, words)));
}

function field(label, control) { return element("label", { class: "pg-field" }, element("span", {}, label), control); }

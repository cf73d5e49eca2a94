/** <plan-grid>: a plan as a spreadsheet, of which only the part in sight is fetched and drawn.
 *
 * Attributes: src (address of the scenario's worksheet), read-only, and the view: levels, measures (comma-separated), scope, time
 * ("month", "quarter", "year"), past (periods), totals, depth (levels that are open), open, closed (nodes by hand).
 * All parts of the view but the nodes may change while it is on the page.
 * Tells "plan-grid:view" (detail {open, closed}) when nodes are turned over, "plan-grid:changed" (detail {revision}) when figures were.
 */
import { element } from "../elements.js";
import { toast } from "../toasts.js";
import { WorksheetApi } from "./api.js";
import { EditBar } from "./bar.js";
import { Changing } from "./changing.js";
import { shownColumns } from "./columns.js";
import { COMMANDS } from "./commands.js";
import { Drawing } from "./drawing.js";
import { Exchange } from "./exchange.js";
import { fillFrom } from "./fill.js";
import { FindBox } from "./find.js";
import { Geometry } from "./geometry.js";
import { makeHelp } from "./help.js";
import { commandOf } from "./keyboard.js";
import { ContextMenu } from "./menu.js";
import { GridModel, View, VIEW_PARTS } from "./model.js";
import { SidePanel } from "./panel.js";
import { Pending } from "./pending.js";
import { listenToPointer } from "./pointer.js";
import { remember, remembered } from "./remembered.js";
import { Selection } from "./selection.js";
import { spoken } from "./spoken.js";
import { StatusBar, sumsOf } from "./status.js";

const EMPTY = "Nothing matches this view. Choose other levels or clear the filter.";
let made = 0;

/** The element; its parts do the work, it lets them know of each other. */
export class PlanGrid extends HTMLElement {
  static observedAttributes = VIEW_PARTS;
  #folded = new Set(); #queued = false;

  connectedCallback() {
    if (this.drawing) return;
    this.readOnly = this.hasAttribute("read-only");
    this.api = new WorksheetApi(this.getAttribute("src"));
    this.geometry = new Geometry();
    Object.assign(this.geometry.frozen, remembered("widths", {}));
    this.selection = new Selection();
    this.pending = new Pending();
    this.model = new GridModel(this.api, this.#readView());
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
    this.help = makeHelp();
    this.bar = new EditBar({ readOnly });
    this.status = new StatusBar();
    this.changing = new Changing(this);
    this.exchange = new Exchange(this);
    this.panel = new SidePanel({ api: this.api, model, onClose: () => this.showPanel(false), onSwitch: readOnly ? null : (change, on) => this.changing.switch(change, on) });
    this.menu = new ContextMenu({ readOnly, onChoose: (command) => (command ? this.run(command) : this.focus()) });
    this.finder = new FindBox({ ask: (words) => this.#findLine(words), onFound: (line) => this.#goTo(line), onClose: () => this.focus() });
  }

  #arrange() {
    this.drawing.scroller.id = `plan-grid-${++made}`;
    this.drawing.scroller.setAttribute("aria-label", this.getAttribute("aria-label") ?? "Worksheet");
    this.said = element("div", { class: "pg-nothing", hidden: true });
    this.sheet = element("div", { class: "pg-sheet" }, this.drawing.scroller, this.finder.place, this.said);
    this.replaceChildren(this.bar.place, element("div", { class: "pg-middle" }, this.sheet, this.panel.place), this.status.place, this.help);
    if (remembered("panel", false)) this.showPanel(true);
  }

  #listen() {
    const { drawing, model, selection, bar } = this;
    model.addEventListener("shape", () => this.#reshape());
    model.addEventListener("rows", () => { drawing.refresh(); this.#showStanding(); });
    model.addEventListener("busy", ({ detail }) => this.toggleAttribute("busy", detail));
    model.addEventListener("fault", ({ detail }) => this.#onFault(detail));
    selection.addEventListener("change", () => this.#onSelect());
    bar.addEventListener("command", ({ detail }) => this.run(detail));
    bar.addEventListener("entry", ({ detail }) => { this.focus(); if (detail) this.changing.change(() => detail); });
    drawing.scroller.addEventListener("keydown", (event) => this.#onKey(event));
    drawing.scroller.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    this.#listenToPointer();
  }

  #listenToPointer() {
    listenToPointer({
      drawing: this.drawing, geometry: this.geometry, selection: this.selection,
      onPress: () => { this.changing.editor.close(true); this.focus(); },
      onTwist: (row) => this.openNode(row),
      onFold: (total) => this.#fold(total),
      onResize: () => { remember("widths", this.geometry.frozen); this.drawing.reshape(this.columns); },
      onOpen: () => this.changing.open(null),
      onFill: (source) => fillFrom(this, source),
    });
  }

  /* The total stays under the pointer while its periods come and go. */
  #fold(total) {
    const place = () => this.columns.findIndex((column) => column.key === total), before = place();
    this.#folded.delete(total) || this.#folded.add(total);
    this.#reshape();
    this.drawing.shift(place() - before);
  }

  focus() { this.drawing.scroller.focus({ preventScroll: true }); }

  /** Do a command by its name. */
  run(command) { COMMANDS[command.name]?.(this, command); }

  #onKey(event) {
    if (event.target !== this.drawing.scroller) return;
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
    this.#showNothing(this.model.total ? "" : EMPTY);
    this.#showStanding();
    if (!begun) performance.mark("plan-grid:first-rows");
  }

  #showNothing(words) {
    this.said.hidden = !words;
    this.said.textContent = words;
  }

  #showStanding() {
    this.status.showRevision(this.model.revision, this.model.total);
    this.bar.showSteps(this.model);
    this.#showSelection();
  }

  #onSelect() {
    this.drawing.reveal(this.selection.lead);
    this.drawing.drawSelection();
    this.#showSelection();
  }

  #showSelection() {
    const { row, column } = this.selection.active, line = this.model.row(row), period = this.columns[column];
    this.bar.address.textContent = line && period ? [line.label, line.measure_label, period.label].join(" · ") : "";
    this.bar.address.title = line && period ? [spoken(line), line.measure_label, period.label].join(" · ") : "";
    this.panel.follow({ row: line, column: period });
    this.status.showSums(sumsOf(this));
  }

  /** Open or close the node of a row; without `open`, turn it over. */
  async openNode(at, open = null) {
    const row = this.model.row(at);
    if (!row?.has_children || row.open === open) return;
    this.model.view.turn(row);
    await this.model.reload();
    this.status.say(`${row.label} ${row.open ? "closed" : "open"}`);
    this.#keepInAddress();
    this.tell("plan-grid:view", this.model.view.nodes);
  }

  #findLine(words) { return this.api.find(this.model.view.query(0, 0), words, this.model.row(this.selection.active.row)?.node ?? ""); }

  async #goTo({ row, open, closed }) {
    if (this.model.view.setNodes(open, closed)) {
      await this.model.reload();
      this.#keepInAddress();
      this.tell("plan-grid:view", this.model.view.nodes);
    }
    this.selection.move(row, this.selection.active.column);
  }

  /* What is open stays open when the page is loaded again or its link is sent to somebody. */
  #keepInAddress() {
    const address = new URL(location.href);
    for (const [name, nodes] of Object.entries(this.model.view.nodes)) nodes ? address.searchParams.set(name, nodes) : address.searchParams.delete(name);
    history.replaceState(history.state, "", address);
  }

  /** Show figures that have changed. */
  renew() {
    this.drawing.refresh();
    this.#showStanding();
    this.panel.renew();
  }

  /** Tell the page. */
  tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail })); }

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
    const box = this.drawing.cellAt(this.selection.active.row, this.selection.active.column)?.getBoundingClientRect();
    if (box) this.menu.open(this, box.left + 12, box.bottom);
  }

  showPanel(open, tab) {
    this.panel.show(open, tab);
    this.bar.panel.setAttribute("aria-pressed", String(open));
    remember("panel", open);
    this.#showSelection();
    if (!open) this.focus();
  }
}

customElements.define("plan-grid", PlanGrid);

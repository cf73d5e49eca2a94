/** Panel: chart, explanation and history of the figure under the focus. */
import { drawChart } from "../charts.js";
import { element } from "../elements.js";
import { icon } from "../icons.js";
import { chainPlace, fillChain, refuseChain } from "./chain.js";
import { explanation } from "./explanation.js";
import { happenings } from "./happenings.js";
import { seriesOption } from "./series_chart.js";
import { spoken } from "./spoken.js";
import { startTalk, talk } from "./talk.js";

const TABS = [["chart", "Chart"], ["explain", "Explain"], ["history", "History"], ["talk", "Comments"]];
const PATIENCE = 220;
const BEFORE_CHAIN = 2;

/** Follows the focus while it is open; asks the server only when the focus rests. */
export class SidePanel {
  #api; #model; #cell = null; #shown = ""; #timer = 0; #round = 0; #onSwitch;

  constructor({ api, model, onClose, onSwitch }) {
    this.#api = api;
    this.#model = model;
    this.#onSwitch = onSwitch;
    this.tab = "chart";
    this.title = element("h2");
    this.body = element("div", { class: "side-panel-body", role: "tabpanel", tabindex: "0" });
    this.tabs = element("div", { class: "tabs", role: "toolbar", "aria-label": "What to show" }, ...TABS.map(([name, words]) => this.#tabButton(name, words)));
    const close = element("button", { class: "button quiet small icon-only", type: "button", "aria-label": "Close the panel", onclick: onClose }, icon("close"));
    this.place = element("aside", { class: "side-panel pg-panel", "aria-label": "About this figure", hidden: true },
      element("header", { class: "side-panel-head" }, this.title, close), this.tabs, this.body);
  }

  get isOpen() { return !this.place.hidden; }

  /** Open on a tab, or close. */
  show(open, tab = this.tab) {
    this.place.hidden = !open;
    this.tab = tab;
    for (const button of this.tabs.children) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    this.#shown = "";
    this.#load();
  }

  /** Follow the focus to a cell {row, column}: a row of the model and a column of it. */
  follow(cell) {
    this.#cell = cell;
    clearTimeout(this.#timer);
    if (this.isOpen) this.#timer = setTimeout(() => this.#load(), PATIENCE);
  }

  /** The figures have changed: what is shown is old. */
  renew() {
    this.#shown = "";
    if (this.isOpen) this.follow(this.#cell);
  }

  #tabButton(name, words) {
    return element("button", { type: "button", "data-tab": name, "aria-pressed": "false", onclick: () => this.show(true, name) }, words);
  }

  async #load() {
    if (!this.isOpen || !this.#cell?.row || !this.#cell.column) return;
    const { row, column } = this.#cell, wanted = `${this.tab} ${row.id} ${this.tab === "chart" ? "" : column.key}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const round = ++this.#round;
    this.title.textContent = this.title.title = spoken(row);
    this.body.setAttribute("aria-busy", "true");
    const content = await this.#content(row, column).catch((error) => [element("p", { class: "message is-alert" }, icon("alert"), error.message)]);
    if (round === this.#round) { this.body.replaceChildren(...content); this.body.removeAttribute("aria-busy"); this.#drawChart(); startTalk(this.body); }
  }

  async #content(row, column) {
    if (this.tab === "explain") return this.#explained(row, column);
    if (this.tab === "talk") return talk(this.#api.src, row, column);
    if (this.tab === "history") return happenings(await this.#api.history(row.id, column.key), row, column, this.#onSwitch);
    const series = await this.#api.series(row.id);
    this.#option = seriesOption(series, this.#model.unitOf(series.unit).scale);
    return [element("h3", {}, row.measure_label), element("p", { class: "muted small" }, row.unit), element("div", { class: "chart pg-chart", "aria-label": `Chart of ${row.label}, ${row.measure_label}` })];
  }

  /* NOTE: the chain has to calculate plans on the way; the rest is shown without waiting for it. */
  async #explained(row, column) {
    const unitOf = (unit) => this.#model.unitOf(unit), place = chainPlace(this.#model.view.against);
    this.#api.difference(row.id, column.key, this.#model.view.against).then((told) => fillChain(place, told, unitOf), (error) => refuseChain(place, error));
    const parts = explanation(await this.#api.explain(row.id, column.key), { row, column, unitOf });
    return [...parts.slice(0, BEFORE_CHAIN), place, ...parts.slice(BEFORE_CHAIN)];
  }

  #option = null;

  #drawChart() {
    const place = this.body.querySelector(".pg-chart");
    if (place && this.#option) drawChart(place, this.#option);
  }
}

/** Status: the line below the grid; what the selection adds up to, and whether everything is saved. Also speaks to screen readers. */
import { element } from "../elements.js";
import { figure } from "./numbers.js";

const STATES = { saved: ["is-good", "Saved"], saving: ["is-running", "Saving"], asking: ["is-warning", "Waiting for a reason"], failed: ["is-alert", "Not saved"], loading: ["is-running", "Loading"] };

/** Sums, revision, state, live region. */
export class StatusBar {
  constructor() {
    this.sums = element("div", { class: "pg-sums" });
    this.state = element("span", { class: "badge" });
    this.revision = element("span", { class: "pg-revision" });
    this.live = element("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.place = element("div", { class: "pg-status" }, this.sums, element("span", { class: "pg-space-between" }), this.revision, this.state, this.live);
    this.show("saved");
  }

  /** Show how things stand. */
  show(state) {
    const [kind, words] = STATES[state];
    this.state.className = `badge ${kind}`;
    this.state.textContent = words;
    this.place.dataset.state = state;
  }

  showRevision(revision, total) {
    this.revision.textContent = `${figure(total)} ${total === 1 ? "row" : "rows"} · revision ${revision}`;
  }

  /** Add up figures: sum, average, count; `partial` when some of the range has not been fetched. */
  showSums({ values, decimals, partial, cells }) {
    if (cells < 2 || !values.length) { this.sums.replaceChildren(); return; }
    const sum = values.reduce((total, value) => total + value, 0);
    const facts = [["Sum", figure(sum, decimals)], ["Average", figure(sum / values.length, Math.max(decimals, 1))], ["Count", figure(values.length)]];
    this.sums.replaceChildren(...facts.map(([name, value]) => element("span", {}, `${name} `, element("strong", {}, value))), partial ? "of the rows loaded" : "");
  }

  /** Tell the screen reader. */
  say(words) { this.live.textContent = words; }
}

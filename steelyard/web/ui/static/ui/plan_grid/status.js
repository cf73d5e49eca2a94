/** Status: the line below the grid; what the selection adds up to, and whether everything is saved. Also speaks to screen readers. */
import { element } from "../elements.js";
import { figure } from "./numbers.js";

const MOST_ROWS = 5000;

const STATES = { saved: ["is-good", "Saved"], saving: ["is-running", "Saving"], asking: ["is-warning", "Waiting for a reason"], failed: ["is-alert", "Not saved"], loading: ["is-running", "Loading"] };

const ADVICE = { helps: "is-good", hurts: "is-alert", mixed: "is-warning" };

/** Sums, advice, revision, state, live region. */
export class StatusBar {
  constructor() {
    this.sums = element("div", { class: "pg-sums" });
    this.advice = element("output", { class: "pg-advice badge", hidden: true });
    this.badge = element("span", { class: "pg-state badge" });
    this.revision = element("span", { class: "pg-revision" });
    this.live = element("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
    this.place = element("div", { class: "pg-status" }, this.sums, this.advice, element("span", { class: "pg-space-between" }), this.revision, this.badge, this.live);
    this.show("saved");
  }

  /** Show how things stand. */
  show(state) {
    const [kind, words] = STATES[state];
    this.state = state;
    this.badge.className = `pg-state badge ${kind}`;
    this.badge.textContent = words;
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

  /** Show what like overrides have done {verdict, sentence}; nothing hides it. */
  showAdvice(told) {
    this.advice.hidden = !told;
    this.advice.textContent = told?.sentence ?? "";
    this.advice.className = `pg-advice badge ${ADVICE[told?.verdict] ?? ""}`;
    if (told) this.say(told.sentence);
  }

  /** Tell the screen reader. */
  say(words) { this.live.textContent = words; }
}

/** Figures of a grid's selection, as far as they have been fetched. */
export function sumsOf({ selection, model, columns }) {
  const { firstRow, lastRow, firstColumn, lastColumn } = selection.range, stop = Math.min(lastRow, firstRow + MOST_ROWS);
  const rows = Array.from({ length: stop - firstRow + 1 }, (_, step) => model.row(firstRow + step));
  const chosen = columns.slice(firstColumn, lastColumn + 1);
  const values = rows.flatMap((row) => (row ? chosen.map((column) => row.values[column.at]) : [])).filter(Number.isFinite);
  const decimals = rows.reduce((most, row) => Math.max(most, row?.decimals ?? 0), 0);
  return { values, decimals, partial: stop < lastRow || rows.includes(undefined), cells: selection.size };
}

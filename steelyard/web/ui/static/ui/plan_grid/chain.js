/** Chain: why a figure differs from the plan published last, step by step; the steps add up exactly. */
import { element } from "../elements.js";
import { when } from "./conflict.js";
import { figure } from "./numbers.js";

/** The place of the chain in an explanation; it is filled when the answer comes. */
export function chainPlace(against = "") {
  const body = element("div", { class: "pg-chain", "aria-live": "polite" }, element("p", { class: "hint" }, "Calculating the steps"));
  return element("section", { class: "pg-section" }, element("h4", {}, against ? `Why it differs from ${against.startsWith("plan:") ? `plan ${against.slice(5, 13)}` : against}` : "Why it differs from the plan published last"), body);
}

/** Fill the place with an answer, or with the reason why there is none. */
export function fillChain(place, told, unitOf) { place.querySelector(".pg-chain")?.replaceChildren(...content(told, unitOf)); }

/** Say why there is no chain. */
export function refuseChain(place, error) { place.querySelector(".pg-chain")?.replaceChildren(element("p", { class: "muted" }, error.message)); }

function content(told, unitOf) {
  if (!told.plan) return [element("p", { class: "muted" }, "No plan has been published yet.")];
  const { words } = unitOf(told.unit);
  if (!told.steps.length) return [element("p", { class: "muted" }, `It does not: it was ${amount(told.end, told)} ${words} then, too.`)];
  return [table(told, words)];
}

function table(told, words) {
  const head = element("tr", {}, element("th", {}, told.name || `Published ${when(told.published_at)} by ${told.published_by}`), element("td", { class: "num" }, amount(told.start, told)));
  const idle = told.idle ? element("div", { class: "muted small" }, `${told.idle} other step${told.idle === 1 ? "" : "s"} did not move it`) : "";
  const foot = element("tr", { class: "is-total" }, element("th", {}, `Now, ${words}`, idle), element("td", { class: "num" }, amount(told.end, told)));
  return element("table", { class: "table is-dense" }, element("tbody", {}, head, ...told.steps.map((step) => line(step, told)), foot));
}

function line({ what, who, why, effect }, told) {
  const whom = [who, why].filter(Boolean).join(" · ");
  const sign = Number(effect) > 0 ? "+" : "";
  return element("tr", {}, element("td", {}, what, whom && element("div", { class: "muted small" }, whom)), element("td", { class: "num" }, sign + amount(effect, told)));
}

const amount = (text, { decimals }) => figure(Number(text), decimals) || "0";

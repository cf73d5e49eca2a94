/** Conflict: what to do when someone else was faster; shows their change at the cell and asks. */
import { element } from "../elements.js";
import { icon } from "../icons.js";
import { figure } from "./numbers.js";
import { reasonLabel } from "./reasons.js";

const GAP = 8;

/** Words for another person's change. */
export function changeWords(change) {
  if (!change) return "Someone else has changed this plan since it was loaded.";
  const where = [change.measure, change.scope, change.periods].map(spell).filter(Boolean).join(", ");
  return `${change.author} changed ${where || "this plan"}${change.at ? `, ${when(change.at)}` : ""}.`;
}

function spell(part) {
  if (!part) return "";
  if (Array.isArray(part)) return part.map(spell).join(" to ");
  return typeof part === "object" ? Object.values(part).map(spell).join(", ") : String(part).replaceAll("_", " ");
}

/** A moment as people say it. */
export function when(moment) {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return String(moment);
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(undefined, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(date);
}

/**
 * Ask beside a cell; resolves to true when the person's own edit shall be applied on top.
 * @param {{host: HTMLElement, cell: HTMLElement|null, change: object|null, facts: object|null, count: number}} conflict
 */
export function askAboutConflict({ host, cell, change, facts, count }) {
  return new Promise((resolve) => {
    const choose = (mine) => { place.remove(); resolve(mine); };
    const mine = element("button", { class: "button small primary", type: "button", onclick: () => choose(true) }, count > 1 ? `Apply my ${count} cells` : "Apply mine on top");
    const theirs = element("button", { class: "button small", type: "button", onclick: () => choose(false) }, "Keep theirs");
    const said = change && element("p", { class: "pg-conflict-why" }, element("span", { class: "badge is-changed" }, reasonLabel(change.reason)), change.note ? ` ${change.note}` : "");
    const words = element("div", {}, element("p", { class: "message-title" }, "Someone was faster"), element("p", {}, changeWords(change)), facts && factList(facts), said);
    const place = element("div", { class: "pg-conflict", role: "alertdialog", tabindex: "-1", "aria-label": "Someone was faster" }, icon("warning"), words, element("div", { class: "form-actions" }, theirs, mine));
    host.append(place);
    setBeside(place, cell, host);
    place.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Escape") choose(false); });
    place.focus();
  });
}

/* Three figures that decide: what is there now, what was typed, what was there when it was typed. */
function factList({ label, theirs, yours, before, decimals }) {
  const [now, mine, then] = [theirs, yours, before].map((value) => figure(value, decimals) || "–");
  const same = theirs === before ? " (they left this figure alone)" : "";
  return element("p", { class: "pg-conflict-facts" }, `${label}: theirs `, element("strong", {}, now), ", yours ", element("strong", {}, mine), `, before ${then}${same}`);
}

/* Below the cell, else above it, else to its side; never over it. */
function setBeside(place, cell, host) {
  const around = host.getBoundingClientRect(), size = place.getBoundingClientRect();
  const box = cell?.getBoundingClientRect() ?? { left: around.left + around.width / 2, right: around.right, top: around.top + around.height / 3, bottom: around.top + around.height / 3 };
  const at = { left: box.left - around.left, right: box.right - around.left, top: box.top - around.top, bottom: box.bottom - around.top };
  const { left, top } = placeFor(at, size, around);
  place.style.left = `${left}px`;
  place.style.top = `${top}px`;
}

function placeFor(box, size, around) {
  const left = within(box.left, around.width - size.width), below = box.bottom + GAP, above = box.top - GAP - size.height;
  if (below + size.height <= around.height) return { left, top: below };
  if (above >= 0) return { left, top: above };
  const right = box.right + GAP, side = right + size.width <= around.width ? right : box.left - GAP - size.width;
  return { left: Math.max(GAP, side), top: within(box.top, around.height - size.height) };
}

function within(wanted, room) { return Math.max(GAP, Math.min(wanted, room - GAP)); }

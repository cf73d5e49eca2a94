/** Happenings: the changes that touched a cell, newest first. */
import { element } from "../elements.js";
import { when } from "./conflict.js";
import { figure } from "./numbers.js";
import { reasonLabel } from "./reasons.js";

/** Elements for a cell's history; `onSwitch(change, on)` takes a change back or brings it back. */
export function happenings({ changes }, row, column, onSwitch = null) {
  const head = element("h3", {}, `${row.measure_label}, ${column.label}`);
  if (!changes?.length) return [head, element("p", { class: "muted" }, "Nobody has changed this figure. It is as the plan calculated it.")];
  return [head, changeList(changes, row.decimals, onSwitch)];
}

/** A list of changes. */
export function changeList(changes, decimals, onSwitch = null) {
  return element("ol", { class: "events" }, ...changes.map((change) => changeItem(change, decimals, onSwitch)));
}

function changeItem(change, decimals, onSwitch) {
  const kind = change.undone ? "is-undone" : "is-changed";
  const step = Number.isFinite(change.before) && Number.isFinite(change.after) ? `${figure(change.before, decimals)} → ${figure(change.after, decimals)}` : "";
  return element("li", { class: kind },
    element("div", { class: "event-head" }, element("strong", {}, change.author), (change.operation ?? "").replaceAll("_", " "), element("span", { class: "badge is-plain" }, reasonLabel(change.reason)), change.undone && element("span", { class: "badge is-plain" }, change.enabled === false ? "off" : "undone")),
    step && element("p", { class: "event-note" }, step),
    Number.isFinite(change.effect) && element("p", { class: "event-note" }, `moved this figure by ${change.effect > 0 ? "+" : ""}${figure(change.effect, decimals)}`),
    change.note && element("p", { class: "event-note" }, change.note),
    element("p", { class: "event-time" }, [when(change.at), change.scope, change.periods, change.expires && `until ${change.expires}`].filter(Boolean).join(" · ")),
    onSwitch && change.can_switch && switchButton(change, onSwitch));
}

function switchButton(change, onSwitch) {
  const on = change.enabled === false;
  return element("button", { class: "button small", type: "button", onclick: () => onSwitch(change, on) }, on ? "Bring back" : "Take back");
}

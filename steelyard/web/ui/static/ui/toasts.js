/** Toasts: short messages at the lower right that leave by themselves, unless they are alerts. */
import { element } from "./elements.js";
import { icon } from "./icons.js";

const STATES = { info: "", good: "is-good", warning: "is-warning", alert: "is-alert" };
const SECONDS = 6;

function place() {
  let found = document.getElementById("toasts");
  if (!found) {
    found = element("div", { class: "toasts", id: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(found);
  }
  return found;
}

function closeButton() {
  const attributes = { class: "button quiet small icon-only", type: "button", "data-close-message": true, "aria-label": "Close" };
  return element("button", attributes, icon("close"));
}

/**
 * Show a message.
 * @param {{state?: "info"|"good"|"warning"|"alert", title?: string, text?: string, items?: string[], seconds?: number}} message
 */
export function toast({ state = "info", title = "", text = "", items = [], seconds = SECONDS }) {
  const words = element("div", {},
    title && element("p", { class: "message-title" }, title),
    element("div", { class: "message-text" }, text, items.length ? element("ul", {}, ...items.map((item) => element("li", {}, item))) : null));
  const made = element("div", { class: `message ${STATES[state]}`, role: state === "alert" ? "alert" : null }, icon(state), words, closeButton());
  place().append(made);
  leaveLater(made, state, seconds);
  return made;
}

function leaveLater(message, state, seconds) {
  if (state !== "alert") setTimeout(() => message.remove(), seconds * 1000);
}

/** Close buttons of all messages; messages that came with the page leave as toasts do. */
export function startToasts(root) {
  root.addEventListener("click", (event) => event.target.closest("[data-close-message]")?.closest(".message").remove());
  for (const message of root.querySelectorAll("#toasts > .message")) {
    leaveLater(message, message.classList.contains("is-alert") ? "alert" : "info", SECONDS);
  }
}

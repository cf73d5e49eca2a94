/** Switches: colour theme and width of the rail, remembered. */
import { keepCookie } from "./cookies.js";
import { toast } from "./toasts.js";

const THEMES = ["auto", "light", "dark"];
const THEME_NAMES = { auto: "as the system", light: "light", dark: "dark" };

function nextTheme() {
  const root = document.documentElement;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
  root.dataset.theme = next;
  keepCookie("steelyard_theme", next);
  toast({ text: `Colours: ${THEME_NAMES[next]}`, seconds: 1.5 });
  document.dispatchEvent(new CustomEvent("steelyard:theme"));
}

function nextRail() {
  const root = document.documentElement;
  root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
  keepCookie("steelyard_rail", root.dataset.rail);
}

/** Listen for [data-theme-switch] and [data-rail-switch]; tell when the system changes its colours. */
export function startSwitches(root) {
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-switch]")) nextTheme();
    if (event.target.closest("[data-rail-switch]")) nextRail();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    document.dispatchEvent(new CustomEvent("steelyard:theme"));
  });
}

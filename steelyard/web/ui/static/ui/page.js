/** Page: starts what every page needs; each part looks for its own marks and leaves the rest alone. */
import { startCharts } from "./charts.js";
import { startDialogs } from "./dialogs.js";
import { startKeptEntries } from "./kept_entries.js";
import { startMenus } from "./menus.js";
import { startSwitches } from "./switches.js";
import { startTables } from "./tables.js";
import { startToasts } from "./toasts.js";

const parts = [startTables, startCharts];

startSwitches(document);
startDialogs(document);
startMenus(document);
startToasts(document);
startKeptEntries(document);
parts.forEach((start) => start(document));

/* NOTE: htmx brings new fragments; parts that prepare elements run on them again. */
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) parts.forEach((start) => start(event.target));
});

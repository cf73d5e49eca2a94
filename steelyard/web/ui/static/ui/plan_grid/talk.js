/** Talk: what people say about a figure; the threads are a fragment of the server that posts by itself. */
import { element } from "../elements.js";
import { spoken } from "./spoken.js";

const LONGEST = 300;

/** Elements for the comments on a cell; `src` names the worksheet, and with it the scenario. */
export function talk(src, row, column) {
  const scenario = decodeURIComponent(src.split("/").pop());
  const subject = `cell:${scenario}/${row.id}/${column.key}`.slice(0, LONGEST);
  const title = `${row.measure_label} of ${spoken(row)}, ${column.label}`;
  const asked = new URLSearchParams({ subject, title, url: location.pathname + location.search });
  const place = element("section", { class: "comments", "aria-label": "Comments", "hx-get": `/comments/part/?${asked}`, "hx-trigger": "load" });
  return [place];
}

/** Let htmx load and post within elements that it has not brought itself. */
export function startTalk(body) {
  const place = body.querySelector(".comments[hx-get]");
  if (place) globalThis.htmx?.process(place);
}

/** Api: the worksheet's server, spoken to in JSON.
 *
 * GET  {src}/window?levels&measures&scope&time&depth&against&open&closed&start&count -> {revision, scenario, currency, total, columns, rows, can_undo, can_redo}
 *      (POST with the same parts as JSON where so many nodes are open that an address would be too long)
 *      column {key, label, kind: "history"|"horizon"|"total", group, editable}
 *      row    {id, node, label, name, level, has_children, open, measure, measure_label, voice, unit, decimals, editable, span, limit, values, marks: {"12": "c"|"l"|"cl"}}
 * POST {src}/find {the parts of the view, text, after} -> {row: number or null, node, open: [node], closed: [node]}; the next line, open or not
 * POST {src}/edit {revision, cells: [{row, column, text}], spread, reason, note, expires} -> {revision, applied, skipped: [{row, column, why}], changes}
 * POST {src}/advice {cells, spread} -> {verdict: "helps"|"hurts"|"mixed"|"unknown", sentence, n, helped_share}; no sentence where there is nothing to say
 * POST {src}/undo | {src}/redo {revision};   POST {src}/lock {revision, cells: [{row, column}], locked}
 * GET  {src}/explain?row&column -> {value, unit, decimals, meaning, formula, inputs: [{label, value, unit, decimals}], changes: [change], rows: [{table, row, text}]}
 * GET  {src}/difference?row&column&against -> {plan, name, published_at, published_by, unit, decimals, start, steps: [{what, who, why, effect}], end, idle}; amounts are text
 * GET  {src}/history?row&column -> {changes: [change]};  change {id, author, at, reason, note, operation, scope, periods, undone, can_switch, enabled}
 * POST {src}/switch {revision, change, on, reason, note} -> {revision}
 * GET  {src}/series?row -> {unit, periods: [label], series: [{key: "history"|"statistical"|"consensus"|"published"|..., label, values}]}
 * A stale revision is answered 409 {detail, revision, change: {author, at, reason, note, measure, scope, periods}}; a refusal 4xx {detail}.
 */
import { readCookie } from "../cookies.js";

/** The server holds a newer revision; `change` is what the other did. */
export class StaleRevision extends Error {
  constructor({ detail, revision, change }) {
    super(detail);
    this.revision = revision;
    this.change = change ?? null;
  }
}

/** The server understood and said no. */
export class Refused extends Error {}

/** The server could not be reached, or failed. */
export class Unreachable extends Error {}

const LONGEST = 4000;

const list = (text) => (text ?? "").split(",").filter(Boolean);

function longQuery({ open, closed, ...others }) { return { ...others, open: list(open), closed: list(closed) }; }

/** The addresses of one scenario's worksheet. */
export class WorksheetApi {
  constructor(src) { this.src = src.replace(/\/$/, ""); }

  window(query, signal) {
    const short = new URLSearchParams(query);
    return short.toString().length < LONGEST ? this.#get("window", short, signal) : this.#post("window", longQuery(query), signal);
  }

  find(query, text, after) { return this.#post("find", { ...longQuery(query), text, after }); }
  explain(row, column) { return this.#get("explain", { row, column }); }
  difference(row, column, against = "") { return this.#get("difference", { row, column, ...(against && { against }) }); }
  history(row, column) { return this.#get("history", { row, column }); }
  series(row) { return this.#get("series", { row }); }
  edit(body) { return this.#post("edit", body); }
  advice(cells, spread, signal) { return this.#post("advice", { cells, spread }, signal); }
  undo(revision) { return this.#post("undo", { revision }); }
  redo(revision) { return this.#post("redo", { revision }); }
  switch(body) { return this.#post("switch", body); }
  lock(body) { return this.#post("lock", body); }

  #get(name, query, signal) {
    return answer(fetch(`${this.src}/${name}?${new URLSearchParams(query)}`, { signal, headers: { Accept: "application/json" } }));
  }

  #post(name, body, signal) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": readCookie("csrftoken") };
    return answer(fetch(`${this.src}/${name}`, { method: "POST", headers, body: JSON.stringify(body), signal }));
  }
}

async function answer(asked) {
  const response = await asked.catch((error) => { throw error.name === "AbortError" ? error : new Unreachable("The server does not answer; check the connection and try again."); });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === 409 && "revision" in body) throw new StaleRevision(body);
  if (response.status === 401) throw new Refused("You are no longer signed in; reload the page to sign in again.");
  if (response.status < 500) throw new Refused(words(body.detail) || `The server refused this (${response.status}).`);
  throw new Unreachable(words(body.detail) || "The server failed; nothing was changed.");
}

function words(detail) {
  return Array.isArray(detail) ? detail.map((part) => part.msg ?? String(part)).join("; ") : detail;
}

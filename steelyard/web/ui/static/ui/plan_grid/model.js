/** Model: the rows the server shows through a window, kept in blocks of a hundred and fetched before they are seen. */
import { numbered } from "./columns.js";
import { readUnit, scaled } from "./units.js";

const BLOCK = 100;
const KEPT_BLOCKS = 60;
const AT_ONCE = 2;

/** Parts of a view besides the nodes that were opened or closed by hand; each is an attribute of the element. */
export const VIEW_PARTS = ["levels", "measures", "scope", "time", "past", "totals", "depth", "against"];

const words = (text) => new Set((text ?? "").split(",").filter(Boolean));

const same = (some, others) => some.size === others.size && [...some].every((one) => others.has(one));

/** What is looked at; its spelling is the query of the window. */
export class View {
  constructor(parts) {
    this.parts = Object.fromEntries(VIEW_PARTS.filter((name) => parts[name]).map((name) => [name, parts[name]]));
    this.open = words(parts.open);
    this.closed = words(parts.closed);
  }

  /** The plan whose differences are shown; empty where none is. */
  get against() { return this.parts.against ?? ""; }

  /** The measure whose row carries the plan line's name. */
  get firstMeasure() { return (this.parts.measures ?? "").split(",")[0]; }

  /** Nodes opened and closed by hand, as they are spelled in addresses. */
  get nodes() { return { open: [...this.open].join(","), closed: [...this.closed].join(",") }; }

  /** Have just these nodes open and closed by hand; tells whether that is another view. */
  setNodes(open, closed) {
    const before = this.nodes;
    this.open = new Set(open);
    this.closed = new Set(closed);
    return !same(this.open, words(before.open)) || !same(this.closed, words(before.closed));
  }

  query(start, count) { return { ...this.parts, ...this.nodes, start, count }; }

  /** Turn a node over; `depth` may have opened it without being asked by name. */
  turn({ node, open }) {
    if (open) this.open.delete(node) || this.closed.add(node);
    else this.closed.delete(node) || this.open.add(node);
  }
}

/**
 * Rows by number, as far as they have come.
 * Tells "rows" (new figures), "shape" (other rows or columns), "fault" (detail: an Error), "busy" (detail: boolean).
 */
export class GridModel extends EventTarget {
  #api; #blocks = new Map(); #running = new Map(); #wanted = []; #generation = 0; #seen = { first: 0, last: 0 }; #stale = new Set();

  constructor(api, view) {
    super();
    this.#api = api;
    this.view = view;
    this.total = 0;
    this.columns = [];
    this.revision = 0;
    this.currency = "";
    this.canUndo = this.canRedo = false;
  }

  /** The row of a number, or undefined while it is on its way. */
  row(at) { return this.#blocks.get(Math.floor(at / BLOCK))?.[at % BLOCK]; }

  /** How a unit of this plan is read. */
  unitOf(unit) { return readUnit(unit, this.currency); }

  /** Number of a loaded row, or -1. */
  indexOf(id) {
    for (const [number, rows] of this.#blocks) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return number * BLOCK + at;
    }
    return -1;
  }

  /** Ask for the rows first..last and their neighbours; what left the screen unseen is no longer asked for. */
  ensure(first, last) {
    this.#seen = { first, last };
    const numbers = this.#blockNumbers(first, last);
    const near = [numbers.at(-1) + 1, numbers[0] - 1].filter((number) => number >= 0 && number * BLOCK < this.total);
    this.#wanted = [...numbers, ...near].filter((number) => this.#isMissing(number));
    for (const [number, request] of this.#running) if (!numbers.includes(number) && !near.includes(number)) request.abort();
    this.#fetchNext();
  }

  /** Load the rows in sight again and put them in place of all others at once (other filter, open node, new revision). */
  async reload() {
    const generation = ++this.#generation;
    this.#running.forEach((request) => request.abort());
    this.#running.clear();
    this.#tell("busy", true);
    try {
      const answers = await Promise.all(this.#blockNumbers(this.#seen.first, this.#seen.last).map(async (number) => [number, await this.#ask(number)]));
      if (generation === this.#generation) this.#replaceAll(answers);
    } catch (error) {
      if (error.name !== "AbortError" && generation === this.#generation) this.#tell("fault", error);
    } finally {
      if (generation === this.#generation) this.#tell("busy", false);
    }
  }

  /** Make sure that a range is loaded; for copying beyond the screen. */
  async load(first, last) {
    const missing = this.#blockNumbers(first, last).filter((number) => !this.#blocks.has(number));
    for (const number of missing) this.#keep(number, await this.#ask(number));
  }

  #blockNumbers(first, last) {
    const from = Math.floor(Math.max(0, first) / BLOCK);
    const to = Math.floor(Math.max(0, Math.min(last, Math.max(this.total - 1, 0))) / BLOCK);
    return Array.from({ length: Math.max(1, to - from + 1) }, (_, step) => from + step);
  }

  #isMissing(number) { return (!this.#blocks.has(number) || this.#stale.has(number)) && !this.#running.has(number); }

  #ask(number, signal) { return this.#api.window(this.view.query(number * BLOCK, BLOCK), signal); }

  #fetchNext() {
    while (this.#running.size < AT_ONCE && this.#wanted.length) this.#fetch(this.#wanted.shift());
  }

  async #fetch(number) {
    const request = new AbortController(), generation = this.#generation;
    this.#running.set(number, request);
    try {
      const answer = await this.#ask(number, request.signal);
      if (generation === this.#generation) this.#take(number, answer);
    } catch (error) {
      if (error.name !== "AbortError") this.#tell("fault", error);
    } finally {
      if (this.#running.get(number) === request) this.#running.delete(number);
      this.#fetchNext();
    }
  }

  /* NOTE: a block of a newer revision makes the others stale; they stay on screen until their successors come. */
  #take(number, answer) {
    if (answer.revision !== this.revision || answer.total !== this.total) this.#stale = new Set(this.#blocks.keys());
    this.#keep(number, answer);
    const shape = answer.total !== this.total;
    this.#accept(answer);
    this.#tell(shape ? "shape" : "rows");
  }

  #replaceAll(answers) {
    this.#blocks.clear();
    this.#stale.clear();
    for (const [number, answer] of answers) this.#keep(number, answer);
    this.#accept(answers[0][1]);
    this.#tell("shape");
  }

  /* NOTE: rows are kept as people read them; only shares differ, and they are calculated, so no edit carries the scale. */
  #asRead(rows, currency) {
    return rows.map((row) => {
      const { words, scale, decimals = row.decimals } = readUnit(row.unit, currency);
      return { ...row, unit: words, decimals, values: scaled(row.values, scale) };
    });
  }

  #accept(answer) {
    this.total = answer.total;
    this.revision = answer.revision;
    this.currency = answer.currency ?? "";
    this.canUndo = answer.can_undo ?? true;
    this.canRedo = answer.can_redo ?? true;
    this.columns = numbered(answer.columns);
  }

  #keep(number, answer) {
    this.#blocks.delete(number);
    this.#blocks.set(number, this.#asRead(answer.rows, answer.currency ?? ""));
    this.#stale.delete(number);
    if (this.#blocks.size > KEPT_BLOCKS) this.#forgetFarthest();
  }

  #forgetFarthest() {
    const here = this.#seen.first / BLOCK;
    const far = [...this.#blocks.keys()].reduce((a, b) => (Math.abs(b - here) > Math.abs(a - here) ? b : a));
    this.#blocks.delete(far);
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

/** Edits: sends what a person did to the server, one after the other, and says what came of it. */
import { Refused, StaleRevision } from "./api.js";

/**
 * A queue of deeds. Tells "state" (saved, saving, failed), "done" (detail: answer and cells), "stale" (detail: change, cells, again), "refused" (detail: error, cells).
 * A deed is tried again only when a person says so.
 */
export class Edits extends EventTarget {
  #api; #model; #pending; #last = Promise.resolve(); #waiting = 0;

  constructor({ api, model, pending }) {
    super();
    this.#api = api;
    this.#model = model;
    this.#pending = pending;
  }

  /** Set cells [{row, column, text, value}] (row id, column key, words, value to show meanwhile). */
  edit(cells, { reason, note, spread }) {
    const words = cells.map(({ row, column, text }) => ({ row, column, text }));
    return this.#do(cells, (revision) => this.#api.edit({ revision, cells: words, spread, reason, note }));
  }

  /** Lock or unlock cells [{row, column}]. */
  lock(cells, locked) { return this.#do([], (revision) => this.#api.lock({ revision, cells, locked })); }

  undo() { return this.#do([], (revision) => this.#api.undo(revision)); }
  redo() { return this.#do([], (revision) => this.#api.redo(revision)); }

  #do(cells, send) {
    this.#pending.put(cells, "saving");
    this.#waiting += 1;
    this.#tell("state", "saving");
    this.#last = this.#last.then(() => this.#send(cells, send));
    return this.#last;
  }

  async #send(cells, send) {
    try {
      const answer = await send(this.#model.revision);
      this.#model.revision = answer.revision;
      this.#waiting -= 1;
      if (!this.#waiting) await this.#model.reload();
      this.#finish(cells, "saved", "done", { answer, cells });
    } catch (error) {
      this.#waiting -= 1;
      await this.#fail(cells, send, error);
    }
  }

  async #fail(cells, send, error) {
    if (error instanceof StaleRevision) {
      await this.#model.reload();
      this.#model.revision = Math.max(this.#model.revision, error.revision ?? 0);
      this.#finish([], "failed", "stale", { change: error.change, cells, again: () => this.#do(cells, send), drop: () => this.#finish(cells, "saved") });
    } else {
      this.#finish(cells, error instanceof Refused ? "saved" : "failed", "refused", { error, cells, again: () => this.#do(cells, send) });
    }
  }

  #finish(cells, state, name, detail) {
    this.#pending.drop(cells);
    this.#tell("state", this.#waiting ? "saving" : state);
    if (name) this.#tell(name, detail);
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

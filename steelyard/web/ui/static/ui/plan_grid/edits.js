/** Edits: sends what a person did to the server, one deed after the other, and says what came of it. */
import { Refused, StaleRevision } from "./api.js";

/**
 * A queue of deeds. Tells "state" ("saved", "saving", "failed"), "done" (detail {answer, cells, skipped}),
 * "stale" (detail {change, cells, again, drop}) and "refused" (detail {error, cells, again, isStep}).
 * A deed is tried again only when a person says so.
 */
export class Edits extends EventTarget {
  #api; #model; #pending; #last = Promise.resolve(); #waiting = 0; #landed = [];

  constructor({ api, model, pending }) {
    super();
    this.#api = api;
    this.#model = model;
    this.#pending = pending;
  }

  /** Whether something is on its way. */
  get isBusy() { return this.#waiting > 0; }

  /**
   * Set cells.
   * @param {{row: string, column: string, text: string, value: number}[]} cells  row id, column key, words, value to show meanwhile
   * @param {{reason: string, note: string, spread: string, expires?: string}} why
   * @param {{label: string, why: string}[]} skipped  cells left out before; part of the report
   */
  edit(cells, why, skipped) {
    const words = cells.map(({ row, column, text }) => ({ row, column, text }));
    return this.#do({ cells, skipped, send: (revision) => this.#api.edit({ revision, cells: words, ...why }) });
  }

  /** Lock or unlock cells [{row, column}]. */
  lock(cells, locked) { return this.#do({ send: (revision) => this.#api.lock({ revision, cells, locked }) }); }

  /** Take a single change back, or bring it back. */
  switch(change, on, { reason, note }) { return this.#do({ send: (revision) => this.#api.switch({ revision, change: change.id, on, reason, note }) }); }

  undo() { return this.#do({ isStep: true, send: (revision) => this.#api.undo(revision) }); }
  redo() { return this.#do({ isStep: true, send: (revision) => this.#api.redo(revision) }); }

  #do({ cells = [], skipped = [], isStep = false, send }) {
    const deed = { cells, skipped, isStep, send };
    this.#pending.put(cells, "saving");
    this.#waiting += 1;
    this.#tell("state", "saving");
    this.#last = this.#last.then(() => this.#send(deed));
    return this.#last;
  }

  async #send(deed) {
    try {
      const answer = await deed.send(this.#model.revision);
      this.#model.revision = answer.revision;
      await this.#land(deed.cells);
      this.#tell("state", this.#waiting ? "saving" : "saved");
      this.#tell("done", { answer, ...deed });
    } catch (error) {
      await this.#fail(deed, error);
    }
  }

  /* NOTE: while deeds are waiting, their cells keep showing what was typed; the figures are fetched once, after the last. */
  async #land(cells) {
    this.#waiting -= 1;
    this.#landed.push(...cells);
    if (this.#waiting) return;
    await this.#model.reload();
    this.#pending.drop(this.#landed.splice(0));
  }

  async #fail(deed, error) {
    const again = () => this.#do(deed), { cells } = deed, stale = error instanceof StaleRevision;
    if (stale) this.#model.revision = error.revision;
    await this.#land(stale || error instanceof Refused ? cells : []);
    this.#pending.drop(cells);
    this.#tell("state", this.#waiting ? "saving" : stale || !(error instanceof Refused) ? "failed" : "saved");
    if (stale) this.#tell("stale", { change: error.change, cells, again, drop: () => this.#drop(cells) });
    else this.#tell("refused", { error, cells, again, isStep: deed.isStep });
  }

  #drop(cells) {
    this.#pending.drop(cells);
    this.#tell("state", "saved");
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

/** Advice: while a person types, what like overrides of theirs have done so far; it never stands in the way. */

const PAUSE = 350;

/** Asks the server once typing pauses, and shows the answer in the status line. */
export class Advice {
  #api; #status; #spread; #timer = 0; #asked = null;

  /** @param {{api: object, status: object, spread: () => string}} parts */
  constructor({ api, status, spread }) {
    this.#api = api;
    this.#status = status;
    this.#spread = spread;
  }

  /** Ask about a cell {row, column, text}; the answer to an earlier question is not waited for. */
  ask(cell) {
    this.drop();
    this.#timer = setTimeout(() => this.#send(cell), PAUSE);
  }

  /** Forget the question and its answer. */
  drop() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = null;
    this.#status.showAdvice(null);
  }

  /* NOTE: advice is a courtesy; where it cannot be had, the entry goes on without it. */
  async #send(cell) {
    const asked = new AbortController();
    this.#asked = asked;
    const told = await this.#api.advice([cell], this.#spread(), asked.signal).catch(() => null);
    if (this.#asked === asked && told?.sentence) this.#status.showAdvice(told);
  }
}

/** Pending: edits on their way to the server, shown in their cells until the new figures come. */

/** Entries by row and column. */
export class Pending {
  #cells = new Map();

  get size() { return this.#cells.size; }

  /** Remember cells [{row, column, value}] in a state ("saving" or "refused"). */
  put(cells, state) { for (const cell of cells) this.#cells.set(spell(cell.row, cell.column), { value: cell.value, state }); }

  /** Forget cells. */
  drop(cells) { for (const cell of cells) this.#cells.delete(spell(cell.row, cell.column)); }

  get(row, column) { return this.#cells.size ? this.#cells.get(spell(row, column)) : undefined; }
}

function spell(row, column) { return `${row}\n${column}`; }

/** Selection: the chosen range of cells, as in a spreadsheet; an active cell that is typed into, and a lead that extends the range. */

const within = (value, high) => Math.min(Math.max(value, 0), Math.max(high, 0));

/** Range between the active cell and the lead, in row and column numbers. Tells "change". */
export class Selection extends EventTarget {
  #rows = 0; #columns = 0;

  constructor() {
    super();
    this.active = { row: 0, column: 0 };
    this.lead = { row: 0, column: 0 };
  }

  /** Fit into a grid of another shape. */
  fit(rows, columns) {
    this.#rows = rows;
    this.#columns = columns;
    this.active = this.#inside(this.active);
    this.lead = this.#inside(this.lead);
  }

  /** First and last row and column, both in it. */
  get range() {
    const { active, lead } = this;
    return {
      firstRow: Math.min(active.row, lead.row), lastRow: Math.max(active.row, lead.row),
      firstColumn: Math.min(active.column, lead.column), lastColumn: Math.max(active.column, lead.column),
    };
  }

  get size() {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.range;
    return (lastRow - firstRow + 1) * (lastColumn - firstColumn + 1);
  }

  /** Where the next step begins: at the lead when extending, else at the active cell. */
  from(extend) { return extend ? this.lead : this.active; }

  /** Go to a cell; `extend` keeps the active cell where it is. */
  move(row, column, extend = false) {
    this.lead = this.#inside({ row, column });
    if (!extend) this.active = { ...this.lead };
    this.#tell();
  }

  /** Go by a step. */
  step(rows, columns, extend = false) {
    const { row, column } = this.from(extend);
    this.move(row + rows, column + columns, extend);
  }

  /** Choose a range; its first cell becomes the active one. */
  choose({ firstRow, lastRow, firstColumn, lastColumn }) {
    this.active = this.#inside({ row: firstRow, column: firstColumn });
    this.lead = this.#inside({ row: lastRow, column: lastColumn });
    this.#tell();
  }

  chooseAll() { this.choose({ firstRow: 0, lastRow: Infinity, firstColumn: 0, lastColumn: Infinity }); }

  has(row, column) {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.range;
    return row >= firstRow && row <= lastRow && column >= firstColumn && column <= lastColumn;
  }

  #inside({ row, column }) { return { row: within(row, this.#rows - 1), column: within(column, this.#columns - 1) }; }

  #tell() { this.dispatchEvent(new Event("change")); }
}

/** Selection: the chosen range of cells; an anchor that stays and a focus that moves. */

const within = (value, high) => Math.min(Math.max(value, 0), Math.max(high, 0));

/** Range between anchor and focus, in row and column numbers. Tells "change". */
export class Selection extends EventTarget {
  #rows = 0; #columns = 0;

  constructor() {
    super();
    this.anchor = { row: 0, column: 0 };
    this.focus = { row: 0, column: 0 };
  }

  /** Fit into a grid of another shape. */
  fit(rows, columns) {
    this.#rows = rows;
    this.#columns = columns;
    this.anchor = this.#inside(this.anchor);
    this.focus = this.#inside(this.focus);
  }

  /** First and last row and column, both in it. */
  get range() {
    const { anchor, focus } = this;
    return {
      firstRow: Math.min(anchor.row, focus.row), lastRow: Math.max(anchor.row, focus.row),
      firstColumn: Math.min(anchor.column, focus.column), lastColumn: Math.max(anchor.column, focus.column),
    };
  }

  get size() {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.range;
    return (lastRow - firstRow + 1) * (lastColumn - firstColumn + 1);
  }

  /** Go to a cell; `extend` keeps the anchor. */
  move(row, column, extend = false) {
    this.focus = this.#inside({ row, column });
    if (!extend) this.anchor = { ...this.focus };
    this.#tell();
  }

  /** Go by a step. */
  step(rows, columns, extend = false) { this.move(this.focus.row + rows, this.focus.column + columns, extend); }

  /** Choose a range; the focus is its first cell when `focusFirst`, so that typing starts there. */
  choose({ firstRow, lastRow, firstColumn, lastColumn }) {
    this.anchor = this.#inside({ row: lastRow, column: lastColumn });
    this.focus = this.#inside({ row: firstRow, column: firstColumn });
    this.#tell();
  }

  chooseAll() { this.choose({ firstRow: 0, lastRow: this.#rows - 1, firstColumn: 0, lastColumn: this.#columns - 1 }); }

  has(row, column) {
    const { firstRow, lastRow, firstColumn, lastColumn } = this.range;
    return row >= firstRow && row <= lastRow && column >= firstColumn && column <= lastColumn;
  }

  #inside({ row, column }) { return { row: within(row, this.#rows - 1), column: within(column, this.#columns - 1) }; }

  #tell() { this.dispatchEvent(new Event("change")); }
}

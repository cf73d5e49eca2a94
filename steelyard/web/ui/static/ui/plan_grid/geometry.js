/** Geometry: where rows and columns lie, in pixels of the scrolled space. */

export const ROW = 26;
export const GROUP_HEAD = 21;
export const HEAD = GROUP_HEAD + 26;
export const COLUMN = 86;
const FROZEN = { label: 320, measure: 148, unit: 66 };
const FROZEN_NARROW = { label: 216, measure: 138, unit: 60 };
const NARROW = 1400;
const LEAST = { label: 110, measure: 70, unit: 40 };
const MOST = 620;
const SPARE_ROWS = 6;
const SPARE_COLUMNS = 2;

const within = (value, low, high) => Math.min(high, Math.max(low, value));

/** Sizes of one grid: how many rows and columns there are, how wide the frozen ones. */
export class Geometry {
  constructor() {
    this.rows = 0;
    this.columns = 0;
    this.frozen = { ...(innerWidth < NARROW ? FROZEN_NARROW : FROZEN) };
  }

  get frozenWidth() { return this.frozen.label + this.frozen.measure + this.frozen.unit; }
  get width() { return this.frozenWidth + this.columns * COLUMN; }
  get height() { return HEAD + this.rows * ROW; }

  top(row) { return HEAD + row * ROW; }
  left(column) { return this.frozenWidth + column * COLUMN; }

  /** Set a frozen column's width, within reason. */
  resize(name, width) { this.frozen[name] = within(Math.round(width), LEAST[name], MOST); }

  /** Rows and columns to draw for a scroll position, with a few to spare. */
  visible({ scrollTop, scrollLeft, clientWidth, clientHeight }) {
    const firstRow = within(Math.floor(scrollTop / ROW) - SPARE_ROWS, 0, this.rows);
    const firstColumn = within(Math.floor(scrollLeft / COLUMN) - SPARE_COLUMNS, 0, this.columns);
    return {
      firstRow, rowCount: Math.min(this.rowSlots(clientHeight), this.rows - firstRow),
      firstColumn, columnCount: Math.min(this.columnSlots(clientWidth), this.columns - firstColumn),
    };
  }

  rowSlots(clientHeight) { return Math.ceil((clientHeight - HEAD) / ROW) + 2 * SPARE_ROWS + 1; }
  columnSlots(clientWidth) { return Math.max(1, Math.ceil((clientWidth - this.frozenWidth) / COLUMN) + 2 * SPARE_COLUMNS + 1); }

  /** Rows wholly on a screen, for page up and down. */
  pageRows(clientHeight) { return Math.max(1, Math.floor((clientHeight - HEAD) / ROW) - 1); }

  rowAt(y) { return within(Math.floor((y - HEAD) / ROW), 0, this.rows - 1); }
  columnAt(x) { return within(Math.floor((x - this.frozenWidth) / COLUMN), 0, this.columns - 1); }

  /** Scroll position that brings a cell into view, changed as little as possible. */
  reveal({ row, column }, { scrollTop, scrollLeft, clientWidth, clientHeight }) {
    const y = row * ROW, x = column * COLUMN;
    const lowest = y + ROW + HEAD - clientHeight, rightmost = x + COLUMN + this.frozenWidth - clientWidth;
    return { top: Math.min(y, Math.max(scrollTop, lowest)), left: Math.min(x, Math.max(scrollLeft, rightmost)) };
  }
}

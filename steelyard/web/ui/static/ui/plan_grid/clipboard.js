/** Clipboard: a block of cells as tab-separated text, as spreadsheets write and read it. */
import { readPasted } from "./entry.js";

/**
 * Read tab-separated text; quoted cells may hold tabs, line ends and doubled quotes.
 * @returns {string[][]} rows of cells
 */
export function readTable(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|$)/gy;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let match = cell.exec(plain); match; match = cell.exec(plain)) {
    rows.at(-1).push(unquoted(match[1]));
    if (match[2] === "" ) break;
    if (match[2] === "\n") rows.push([]);
  }
  return rows;
}

function unquoted(cell) { return cell.startsWith('"') && cell.endsWith('"') && cell.length > 1 ? cell.slice(1, -1).replaceAll('""', '"') : cell; }

/** Write rows of cells as tab-separated text. */
export function writeTable(rows) {
  return rows.map((row) => row.map(quoted).join("\t")).join("\r\n");
}

function quoted(cell) { return /[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell; }

/**
 * Lay a pasted table over a grid: repeated when the range is a multiple of it, else once from its first cell.
 * @param {string[][]} table
 * @param {{firstRow: number, lastRow: number, firstColumn: number, lastColumn: number}} range
 * @param {(row: number, column: number) => string|null} why  reason why a cell may not be edited, or null
 * @returns {{cells: {row: number, column: number, text: string}[], skipped: {row: number, column: number, why: string}[], range: object}}
 */
export function planPaste(table, range, why) {
  const height = table.length, width = Math.max(...table.map((row) => row.length));
  const rows = repeated(range.lastRow - range.firstRow + 1, height), columns = repeated(range.lastColumn - range.firstColumn + 1, width);
  const cells = [], skipped = [];
  for (let down = 0; down < rows; down += 1) {
    for (let right = 0; right < columns; right += 1) {
      const raw = table[down % height][right % width];
      if (raw === undefined || raw.trim() === "") continue;
      const cell = { row: range.firstRow + down, column: range.firstColumn + right };
      const text = readPasted(raw), reason = why(cell.row, cell.column) ?? (text === null ? `not a number: ${raw.slice(0, 20)}` : null);
      if (reason) skipped.push({ ...cell, why: reason }); else cells.push({ ...cell, text });
    }
  }
  return { cells, skipped, range: { ...range, lastRow: range.firstRow + rows - 1, lastColumn: range.firstColumn + columns - 1 } };
}

function repeated(chosen, given) { return chosen % given === 0 ? chosen : given; }

/** Numbers: how figures are written on the screen and for the clipboard, in the reader's own locale. */

const shown = new Map();
const copied = new Intl.NumberFormat(undefined, { useGrouping: false, maximumFractionDigits: 6 });
const MINUS = "\u2212";

function formatter(decimals) {
  if (!shown.has(decimals)) shown.set(decimals, new Intl.NumberFormat(undefined, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  return shown.get(decimals);
}

/** Write a figure with its decimals; nothing for a blank; a true minus sign. */
export function figure(value, decimals = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const text = formatter(decimals).format(value);
  return value < 0 ? text.replace("-", MINUS) : text;
}

/** Write a value for a spreadsheet of the same locale: no thousands marks, all its decimals. */
export function forClipboard(value) {
  return value === null || value === undefined ? "" : copied.format(value);
}

/** Write a value for the cell editor: plain, as the entry reader takes it. */
export function forEditor(value) {
  return value === null || value === undefined ? "" : String(Math.round(value * 1e6) / 1e6);
}

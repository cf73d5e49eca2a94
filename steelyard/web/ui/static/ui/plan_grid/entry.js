/** Entry: what a person types or pastes, read as an intention; the server reads the same words.
 *
 * none takes an opinion back; 500 sets, +40 and -40 add, +5% and -5% grow, *1.2 multiplies, =-40 sets a negative value; 1.2k, 3m, 1,234.5 and 1.234,5 are numbers.
 */

const NUMBER = /^(\d[\d.,]*|[.,]\d+)([kmb]?)$/;
const GROUPED = /^\d{1,3}([.,]\d{3})+$/;
const SUFFIX = { "": 1, k: 1e3, m: 1e6, b: 1e9 };
const CURRENCY = /[$€£¥]/g;

function plain(text) {
  return text.replace(/[\s\u00a0\u202f'_]/g, "").replace(/\u2212/g, "-").replace(/\u00d7/g, "*").toLowerCase();
}

function withPoint(digits) {
  const marks = digits.replace(/\d/g, "");
  if (new Set(marks).size === 2) {
    const decimal = marks.at(-1);
    return digits.replaceAll(decimal === "." ? "," : ".", "").replace(decimal, ".");
  }
  if (marks.length > 1 || marks === ",") return digits.replaceAll(marks[0], GROUPED.test(digits) ? "" : ".");
  return digits;
}

/** Read a number without sign; NaN when it is none. */
export function readNumber(text) {
  const match = NUMBER.exec(text);
  return match ? Number(withPoint(match[1])) * SUFFIX[match[2]] : NaN;
}

function signed(text) {
  const sign = text.startsWith("-") ? -1 : 1;
  return sign * readNumber(text.replace(/^[+-]/, ""));
}

/** Read an entry: {kind: "set"|"add"|"percent"|"times"|"withdraw", value}, or null when it is not one. */
export function readEntry(text) {
  const entry = parse(plain(text));
  return Number.isFinite(entry.value) ? entry : null;
}

function parse(text) {
  if (text === "none") return { kind: "withdraw", value: 0 };
  if (text.endsWith("%")) return { kind: "percent", value: signed(text.slice(0, -1)) };
  if (text.startsWith("*")) return { kind: "times", value: readNumber(text.slice(1)) };
  if (text.startsWith("=")) return { kind: "set", value: signed(text.slice(1)) };
  if (/^[+-]/.test(text)) return { kind: "add", value: signed(text) };
  return { kind: "set", value: readNumber(text) };
}

/** What a cell will show once an entry is applied to its value. */
export function preview(text, value) {
  const entry = readEntry(text);
  if (!entry) return value;
  const from = value ?? 0;
  return { withdraw: null, set: entry.value, add: from + entry.value, percent: from * (1 + entry.value / 100), times: from * entry.value }[entry.kind];
}

/** Spell a value so that an entry sets exactly it. */
export function setTo(value) {
  const text = String(Math.round(value * 1e6) / 1e6);
  return value < 0 ? `=${text}` : text.includes("e") ? value.toFixed(6) : text;
}

/**
 * Read a pasted cell: a spreadsheet holds values, so a minus sign or brackets mean a negative value, not a step down.
 * @returns {string|null} the entry's words, or null when it is not a number
 */
export function readPasted(text) {
  const word = plain(text).replace(CURRENCY, "");
  if (word.endsWith("%") || /^[*=+]/.test(word)) return readEntry(word) ? word : null;
  const negative = /^\(.*\)$/.test(word) || word.startsWith("-");
  const value = readNumber(word.replace(/[()-]/g, ""));
  return Number.isFinite(value) ? setTo(negative ? -value : value) : null;
}

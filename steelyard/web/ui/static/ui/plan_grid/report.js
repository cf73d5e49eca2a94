/** Report: how many cells an edit reached, and which it left out and why. */
import { toast } from "../toasts.js";

const MOST_LINES = 6;

/** Tell what came of an edit of several cells: `skipped` is a list of {label, why}. */
export function report({ applied, skipped }) {
  const title = `${count(applied, "cell")} changed${skipped.length ? `, ${skipped.length} left out` : ""}`;
  const state = skipped.length ? "warning" : "good";
  toast({ state, title, items: lines(skipped), seconds: skipped.length ? 14 : 4 });
}

function lines(skipped) {
  const byReason = grouped(skipped);
  const told = [...byReason].map(([why, cells]) => `${why}: ${cells.length === 1 ? cells[0].label : `${cells.length} cells, first ${cells[0].label}`}`);
  return told.length > MOST_LINES ? [...told.slice(0, MOST_LINES), `and ${told.length - MOST_LINES} other reasons`] : told;
}

function grouped(skipped) {
  const groups = new Map();
  for (const cell of skipped) groups.set(cell.why, [...(groups.get(cell.why) ?? []), cell]);
  return groups;
}

function count(number, noun) { return `${number.toLocaleString()} ${noun}${number === 1 ? "" : "s"}`; }

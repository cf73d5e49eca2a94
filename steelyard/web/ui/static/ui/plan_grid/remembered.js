/** Remembered: small choices of this browser (last reason, spread, widths), kept between visits. */

const PREFIX = "steelyard.plan-grid.";

/** Read a choice, or the given one. */
export function remembered(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keep a choice; a browser that keeps nothing is no fault. */
export function remember(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    /* storage is full or forbidden: the choice lasts as long as the page */
  }
}

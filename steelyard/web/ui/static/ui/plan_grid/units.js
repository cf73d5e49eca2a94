/** Units: how a measure's unit is written, and what its values are multiplied by to be read in it. */

const SHARES = new Set(["percent", "ratio"]);
const PERCENT = { words: "%", scale: 100, decimals: 1 };

/** Words, scale and, where the unit says so, decimals: money is in the plan's currency, a share is read in percent. */
export function readUnit(unit, currency) {
  if (SHARES.has(unit)) return PERCENT;
  return { words: currency ? unit.replace("money", currency) : unit, scale: 1 };
}

/** Values as they are read. */
export function scaled(values, scale) {
  return scale === 1 ? values : values.map((value) => (Number.isFinite(value) ? value * scale : value));
}

/** Units: how a measure's unit is written, and what its values are multiplied by to be read in it. */

/** Words and scale of a unit: money is in the plan's currency, a share is read in percent. */
export function readUnit(unit, currency) {
  if (unit === "percent") return { words: "%", scale: 100 };
  return { words: currency ? unit.replace("money", currency) : unit, scale: 1 };
}

/** Values as they are read. */
export function scaled(values, scale) {
  return scale === 1 ? values : values.map((value) => (Number.isFinite(value) ? value * scale : value));
}

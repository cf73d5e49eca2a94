/** Series chart: one plan line over time (history, statistics, consensus, last published plan). */

import { scaled } from "./units.js";

const KNOWN = ["history", "statistical", "consensus", "published", "budget"];

/** Chart option of a line's series; `scale` turns values into what is read. */
export function seriesOption({ periods, series }, scale) {
  return {
    legend: { type: "plain" },
    grid: { top: 58 },
    xAxis: { type: "category", data: periods, boundaryGap: false },
    yAxis: { type: "value" },
    series: series.map(({ key, label, values }) => ({ name: label, type: "line", data: scaled(values, scale), connectNulls: false, ...(KNOWN.includes(key) ? { kind: key } : { symbol: "none" }) })),
  };
}

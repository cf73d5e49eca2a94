/** Series chart: one plan line over time (history, statistics, consensus, last published plan). */

const KNOWN = ["history", "statistical", "consensus", "published", "budget"];

/** Chart option of a line's series. */
export function seriesOption({ periods, series }) {
  return {
    legend: { type: "plain" },
    grid: { top: 58 },
    xAxis: { type: "category", data: periods, boundaryGap: false },
    yAxis: { type: "value" },
    series: series.map(({ key, label, values }) => ({ name: label, type: "line", data: values, connectNulls: false, ...(KNOWN.includes(key) ? { kind: key } : { symbol: "none" }) })),
  };
}

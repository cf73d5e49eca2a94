/** Chart theme: turns colour names of the design into colours, and sets type, axes and tooltip the quiet way. */

const PALETTE = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6", "--chart-7", "--chart-8"];

/* One look for one kind of number, on every chart. */
const KINDS = {
  history: { color: "var(--ink)", width: 1.6 },
  statistical: { color: "var(--ink-3)", width: 1.5, type: "dashed" },
  consensus: { color: "var(--edit)", width: 2.2 },
  published: { color: "var(--scenario)", width: 1.5, type: "dotted" },
  budget: { color: "var(--chart-2)", width: 1.5, type: "dashed" },
};

/* NOTE: custom properties hold light-dark(...) as text; only a resolved property gives the colour itself. */
function resolver() {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const known = new Map();
  const resolve = (name) => {
    if (!known.has(name)) {
      probe.style.color = `var(${name})`;
      known.set(name, getComputedStyle(probe).color);
    }
    return known.get(name);
  };
  return { resolve, end: () => probe.remove() };
}

function withColours(value, resolve) {
  if (typeof value === "string") return value.replace(/^var\((--[\w-]+)\)$/, (_, name) => resolve(name));
  if (Array.isArray(value)) return value.map((part) => withColours(part, resolve));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withColours(part, resolve)]));
  return value;
}

function withKind(series) {
  const kind = KINDS[series.kind];
  if (!kind) return series;
  const line = { color: kind.color, width: kind.width, type: kind.type ?? "solid" };
  return { symbol: "none", ...series, lineStyle: { ...line, ...series.lineStyle }, itemStyle: { color: kind.color, ...series.itemStyle } };
}

/* NOTE: options from the server are plain JSON; how a figure is written is the page's affair. */
function figureText(value) { return Number.isFinite(value) ? value.toLocaleString(undefined, { maximumFractionDigits: 2 }).replace("-", "\u2212") : "\u2013"; }

function withAxis(axis) {
  if (Array.isArray(axis)) return axis.map(withAxis);
  if (!axis) return axis;
  const value = axis.type === "value";
  return {
    axisTick: { show: false },
    ...axis,
    axisLine: { show: !value, lineStyle: { color: "var(--rule-strong)" }, ...axis.axisLine },
    axisLabel: { color: "var(--chart-ink)", fontSize: 11, hideOverlap: true, ...(value && { formatter: figureText }), ...axis.axisLabel },
    splitLine: { show: value, lineStyle: { color: "var(--chart-rule)" }, ...axis.splitLine },
    nameGap: axis.nameLocation === "middle" ? 24 : 14,
    nameTextStyle: { color: "var(--chart-ink)", fontSize: 11, ...axis.nameTextStyle },
  };
}

function withTooltip(option) {
  const axis = option.xAxis && !option.series?.some?.((series) => ["heatmap", "scatter"].includes(series.type));
  return {
    renderMode: "richText", valueFormatter: figureText, trigger: axis ? "axis" : "item", confine: true, padding: [6, 10],
    backgroundColor: "var(--raised)", borderColor: "var(--rule-strong)", borderWidth: 1,
    textStyle: { color: "var(--ink)", fontSize: 12 },
    axisPointer: { lineStyle: { color: "var(--outline)" }, shadowStyle: { opacity: 0.06 }, type: option.series?.some?.((series) => series.type === "bar") ? "shadow" : "line" },
    ...option.tooltip,
  };
}

/* A line is told by its stroke, so its mark in the legend carries no dot. */
function legendOf(series) {
  return series.filter((one) => one.name).map(({ name, type }) => (type === "line" ? { name, itemStyle: { opacity: 0 } } : { name }));
}

function dressed(option) {
  const series = [].concat(option.series ?? []).map(withKind);
  const legend = option.legend && { top: 0, left: 0, itemWidth: 16, itemHeight: 8, itemGap: 14, type: "scroll", data: legendOf(series), textStyle: { color: "var(--chart-ink)", fontSize: 12 }, ...option.legend };
  const grid = option.xAxis && { left: 4, right: 12, top: legend ? 34 : 14, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "all", ...option.grid };
  return {
    animation: false,
    color: PALETTE.map((name) => `var(${name})`),
    ...option,
    ...(legend && { legend }),
    ...(grid && { grid }),
    ...(option.title && { title: { ...option.title, textStyle: { color: "var(--ink)", fontSize: 13, fontWeight: 600 } } }),
    textStyle: { color: "var(--ink)", fontFamily: getComputedStyle(document.body).fontFamily, ...option.textStyle },
    tooltip: withTooltip(option),
    xAxis: withAxis(option.xAxis),
    yAxis: withAxis(option.yAxis),
    series,
  };
}

/** Dress a chart's option in the theme that holds now. */
export function themed(option) {
  const { resolve, end } = resolver();
  const result = withColours(dressed(option), resolve);
  end();
  return result;
}

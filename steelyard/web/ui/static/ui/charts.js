/** Charts: <div data-chart="id"> draws the ECharts option in <script type="application/json" id="id">, in the colours of the theme.
 * In a fragment, where scripts are left out, <div data-chart data-option="..."> carries the option itself.
 */
import { loadEcharts } from "./echarts.js";
import { themed } from "./chart_theme.js";

const drawn = new Map();
const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => drawn.get(target)?.chart.resize()));

/**
 * Draw an option into an element, or draw it anew.
 * A datum with an `href` leads there when it is clicked. The option is plain JSON; tooltips are drawn as rich text, so that the page's content policy holds.
 */
export async function drawChart(place, option) {
  const echarts = await loadEcharts();
  if (!place.isConnected) return;
  drawn.get(place)?.chart.dispose();
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(themed(option));
  chart.on("click", ({ data }) => data?.href && location.assign(data.href));
  drawn.set(place, { chart, option });
  watcher.observe(place);
  place.setAttribute("role", "img");
}

/** Forget a chart whose element goes away. */
export function dropChart(place) {
  watcher.unobserve(place);
  drawn.get(place)?.chart.dispose();
  drawn.delete(place);
}

function redrawAll() {
  for (const [place, { option }] of drawn) place.isConnected ? drawChart(place, option) : dropChart(place);
}

/** Draw every [data-chart] in a part of the page. */
export function startCharts(root) {
  if (root === document) document.addEventListener("steelyard:theme", redrawAll);
  for (const place of root.querySelectorAll("[data-chart]:not([data-ready])")) {
    place.dataset.ready = "";
    const source = place.dataset.option ?? document.getElementById(place.dataset.chart)?.textContent;
    if (source) drawChart(place, JSON.parse(source));
  }
}

/** ECharts: the chart library, fetched once and only by a page that shows a chart. */

let loading = null;

/** Load the library; its address stands in <meta name="steelyard-echarts">. */
export function loadEcharts() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="steelyard-echarts"]').content;
    script.onload = () => resolve(globalThis.echarts);
    script.onerror = () => reject(new Error("The chart library could not be loaded; reload the page."));
    document.head.append(script);
  });
  return loading;
}

// The chart of a session: power, energy and state of charge over time. New values of a running
// session come with the page's own events.

const figure = document.querySelector("[data-chart]");
const COLUMNS = ["power_w", "energy_wh", "soc_percent"];
const SCALES = { power_w: 0.001, energy_wh: 0.001, soc_percent: 1 };
const SHORT_SECONDS = 600;
const LANGUAGE = document.documentElement.lang;
const NUMBERS = new Intl.NumberFormat(LANGUAGE);
let data = null;
let plot = null;

function colour(name) {
  const probe = document.querySelector(`.ink-${name}`);
  return getComputedStyle(probe).color;
}

function inkOf(element) {
  return getComputedStyle(element).color;
}

function axis(scale, unit, side, options = {}) {
  const faint = inkOf(document.querySelector("[data-chart-note]"));
  return {
    scale, side, size: 52, stroke: faint, font: "12px Instrument Sans", ticks: { show: false },
    values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : `${NUMBERS.format(tick)} ${unit}`.trim())),
    grid: { show: side === 3, stroke: `color-mix(in srgb, ${faint} 18%, transparent)`, width: 1 }, ...options,
  };
}

function options(width) {
  const zone = figure.dataset.zone;
  const isShort = data.time.at(-1) - data.time[0] < SHORT_SECONDS;
  const clock = new Intl.DateTimeFormat(LANGUAGE, { hourCycle: "h23", timeStyle: isShort ? "medium" : "short", timeZone: zone });
  const narrow = width < 520;
  const power = colour("power");
  return {
    width, height: narrow ? 250 : 320, legend: { show: false }, cursor: { y: false },
    scales: { kw: { range: (_, low, high) => [0, Math.max(high * 1.08, 1)] }, kwh: { range: (_, low, high) => [0, Math.max(high * 1.08, 1)] }, percent: { range: [0, 108] } },
    axes: [
      axis("x", "", 2, { size: 34, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => clock.format(tick * 1000)) }),
      axis("kw", "kW", 3),
      axis("kwh", "", 1, { show: !narrow, size: 40 }),
    ],
    series: [
      {},
      { scale: "kw", stroke: power, width: 2, fill: power.replace("rgb(", "rgba(").replace(")", ", 0.12)"), spanGaps: true, points: { show: false } },
      { scale: "kwh", stroke: colour("energy"), width: 2, spanGaps: true, points: { show: false } },
      { scale: "percent", stroke: colour("soc"), width: 2, dash: [5, 4], spanGaps: true, points: { show: false } },
    ],
  };
}

function rows() {
  return [data.time, ...COLUMNS.map((name) => data[name].map((value) => (value === null ? null : value * SCALES[name])))];
}

function draw() {
  plot?.destroy();
  figure.replaceChildren();
  if (data.time.length < 2) {
    figure.textContent = figure.dataset.tooEarly;
    return;
  }
  plot = new window.uPlot(options(figure.clientWidth), rows(), figure);
}

function add(point) {
  if (!data || !point || point.time <= (data.time.at(-1) ?? 0)) return;
  data.time.push(point.time);
  for (const name of COLUMNS) data[name].push(point[name]);
  if (plot) plot.setData(rows());
  else draw();
}

async function load() {
  const answer = await fetch(figure.dataset.chart);
  if (!answer.ok) return;
  data = await answer.json();
  await document.fonts.ready;
  draw();
}

// Meter values bring their point; after any other change the server's own figures count.
function changed(event) {
  const { type, point } = JSON.parse(event.detail);
  if (point) add(point);
  else if (type !== "session.priced") load();
}

if (figure) {
  await load();
  new ResizeObserver(() => plot?.setSize({ width: figure.clientWidth, height: plot.height })).observe(figure);
  document.addEventListener("ampline:theme", () => data && draw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => data && draw());
  document.addEventListener("ampline:change", changed);
}

// The chart of a session over time: power, energy, state of charge, current and voltage, those that
// are ticked. New values of a running session come with the page's own events.

const figure = document.querySelector("[data-chart]");
const COLUMNS = ["power_w", "energy_wh", "soc_percent", "current_a", "voltage_v"];
const SCALES = { power_w: 0.001, energy_wh: 0.001, soc_percent: 1, current_a: 1, voltage_v: 1 };
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

function isShown(column) {
  return document.querySelector(`[data-series="${column}"]`).checked;
}

function line(column, scale, ink, more = {}) {
  return { scale, stroke: colour(ink), width: 2, spanGaps: true, show: isShown(column), points: { show: false }, ...more };
}

function fromZero(_, low, high) {
  return [0, Math.max(high * 1.08, 1)];
}

function options(width) {
  const zone = figure.dataset.zone;
  const isShort = data.time.at(-1) - data.time[0] < SHORT_SECONDS;
  const clock = new Intl.DateTimeFormat(LANGUAGE, { hourCycle: "h23", timeStyle: isShort ? "medium" : "short", timeZone: zone });
  const narrow = width < 520;
  const power = colour("power");
  return {
    width, height: narrow ? 250 : 320, legend: { show: false }, cursor: { y: false },
    scales: { kw: { range: fromZero }, kwh: { range: fromZero }, percent: { range: [0, 108] }, amperes: { range: fromZero }, volts: { range: fromZero } },
    axes: [
      axis("x", "", 2, { size: 34, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => clock.format(tick * 1000)) }),
      axis("kw", "kW", 3, { show: isShown("power_w") }),
      axis("kwh", "", 1, { show: !narrow && isShown("energy_wh"), size: 40 }),
      axis("amperes", "A", 1, { show: !narrow && isShown("current_a"), size: 46 }),
      axis("volts", "V", 1, { show: !narrow && isShown("voltage_v") }),
    ],
    series: [
      {},
      line("power_w", "kw", "power", { fill: power.replace("rgb(", "rgba(").replace(")", ", 0.12)") }),
      line("energy_wh", "kwh", "energy"),
      line("soc_percent", "percent", "soc", { dash: [5, 4] }),
      line("current_a", "amperes", "current", { dash: [2, 3] }),
      line("voltage_v", "volts", "voltage", { dash: [8, 3] }),
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
  for (const name of COLUMNS) data[name].push(point[name] ?? null);
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
  for (const box of document.querySelectorAll("[data-series]")) box.addEventListener("change", () => data && draw());
}

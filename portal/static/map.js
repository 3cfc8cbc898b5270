// The map: locations as dots, coloured by the most urgent of what their EVSEs do and as large as they are
// many; beside it the same in words. Without tiles of somebody's it shows outlines of countries.

const WORLD = [[-55, -130], [70, 160]];
const NEAR = 12;
const REST_MILLISECONDS = 3000;
const frame = document.querySelector("[data-map]");
const list = document.querySelector("[data-map-list]");
const counted = document.querySelector("[data-map-count]");
const { L, topojson } = window;

const map = L.map(frame, { zoomControl: false, worldCopyJump: true, minZoom: 2, attributionControl: Boolean(frame.dataset.tiles) });
L.control.zoom({ zoomInTitle: frame.dataset.zoomIn, zoomOutTitle: frame.dataset.zoomOut }).addTo(map);
const dots = L.layerGroup().addTo(map);
let asked = 0;
let timer = 0;

async function ground() {
  if (frame.dataset.tiles) {
    L.tileLayer(frame.dataset.tiles, { maxZoom: 19, attribution: frame.dataset.attribution }).addTo(map);
    return;
  }
  const atlas = await (await fetch(frame.dataset.outlines)).json();
  L.geoJSON(topojson.feature(atlas, atlas.objects.countries), { interactive: false, className: "map-land" }).addTo(map).bringToBack();
}

async function read(edges = "") {
  const number = ++asked;
  const answer = await fetch(`${frame.dataset.places}${edges}`).catch(() => null);
  // A later question's answer may be there already.
  return answer?.ok && number === asked ? answer.json() : null;
}

async function show() {
  const box = map.getBounds();
  const [south, north] = [box.getSouth(), box.getNorth()].map((degrees) => Math.max(-90, Math.min(90, degrees)));
  const whole = box.getEast() - box.getWest() >= 360;
  const [west, east] = whole ? [-180, 180] : [box.getWest(), box.getEast()].map((degrees) => L.Util.wrapNum(degrees, [-180, 180], true));
  const seen = await read(`?${new URLSearchParams({ south, west, north, east })}`);
  if (seen) draw(seen);
}

function draw({ places, more }) {
  dots.clearLayers();
  list.replaceChildren(...places.map(entry));
  for (const place of places) {
    const radius = 6 + Math.min(10, 2 * Math.sqrt(place.evses));
    L.circleMarker([place.latitude, place.longitude], { radius, className: `map-dot fill-${place.tone}` })
      .bindTooltip(`${plain(place.title)}<br>${plain(place.words)}`)
      .on("click", () => location.assign(place.address))
      .addTo(dots);
  }
  const { all, some, none } = counted.dataset;
  counted.textContent = (places.length ? (more ? some : all) : none).replace("{count}", places.length);
}

function entry(place) {
  const row = document.createElement("li");
  const link = row.appendChild(document.createElement("a"));
  link.href = place.address;
  const title = link.appendChild(document.createElement("span"));
  const dot = title.appendChild(document.createElement("span"));
  dot.className = `dot tone-${place.tone}`;
  dot.setAttribute("aria-hidden", "true");
  title.append(` ${place.title}`);
  const words = link.appendChild(document.createElement("span"));
  words.className = "soft";
  words.textContent = place.words;
  return row;
}

// A tooltip is HTML, and a name may be anything.
function plain(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

function later() {
  if (!timer) timer = setTimeout(() => { timer = 0; show(); }, REST_MILLISECONDS);
}

async function begin() {
  ground();
  const { places } = (await read()) ?? { places: [] };
  map.on("moveend", show);
  const all = L.latLngBounds(places.map((place) => [place.latitude, place.longitude]));
  map.fitBounds(all.isValid() ? all : WORLD, { padding: [40, 40], maxZoom: NEAR, animate: false });
  document.addEventListener("ampline:change", later);
}

begin();

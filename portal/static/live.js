// Live pages. One event stream says that something changed; the page is then read again and those
// of its regions replaced that differ: `<main data-live="…">` names the stream, `data-region` a part.
// The stream rests while the page is hidden, and goes on after the last event seen.

const PAUSE_MILLISECONDS = 1200;
const main = document.querySelector("[data-live]");
const mark = document.querySelector("[data-live-mark]");

let source = null;
let cursor = "";
let timer = 0;
let lastRefresh = 0;
let refreshing = false;
let stale = false;

function show(state) {
  if (!mark || mark.dataset.state === state) return;
  mark.dataset.state = state;
  mark.textContent = mark.dataset[`${state}Word`];
}

function open() {
  if (source || document.hidden) return;
  const address = new URL(main.dataset.live, location.href);
  if (cursor) address.searchParams.set("after", cursor);
  source = new EventSource(address);
  source.addEventListener("open", opened);
  source.addEventListener("beat", remember);
  source.addEventListener("change", changed);
  source.addEventListener("row", changed);
  source.addEventListener("restart", readAnew);
  source.addEventListener("error", () => {
    show("away");
    // A stream that was refused is not tried again by the browser itself.
    if (source?.readyState === EventSource.CLOSED) setTimeout(reopen, 5000);
  });
}

// `open` is also what the browser itself says, without data: before the server does.
function opened(event) {
  show("live");
  if (event instanceof MessageEvent) document.dispatchEvent(new CustomEvent("ampline:open"));
}

function close(state) {
  source?.close();
  source = null;
  show(state);
}

// Whoever is signed out by now is shown the way in.
async function reopen() {
  close("away");
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer?.redirected) readAnew();
  else open();
}

// What stands in an open dialog is not thrown away: the page waits until that is closed.
function readAnew() {
  close("away");
  const dialog = document.querySelector("dialog[open]");
  if (dialog) dialog.addEventListener("close", () => location.reload(), { once: true });
  else location.reload();
}

function remember(event) {
  if (event.lastEventId) cursor = event.lastEventId;
}

function changed(event) {
  remember(event);
  show("live");
  document.dispatchEvent(new CustomEvent(`ampline:${event.type}`, { detail: event.data }));
  plan();
}

function plan() {
  if (!timer) timer = setTimeout(refresh, Math.max(0, lastRefresh + PAUSE_MILLISECONDS - Date.now()));
}

async function refresh() {
  timer = 0;
  stale = refreshing;
  if (refreshing || !document.querySelector("[data-region]")) return;
  refreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (answer.redirected) return readAnew();
    if (answer.ok) replaceRegions(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    show("away");
  } finally {
    refreshing = false;
    lastRefresh = Date.now();
    // What changed while the page was read may not stand in it.
    if (stale) plan();
  }
}

function replaceRegions(page) {
  for (const region of document.querySelectorAll("[data-region]")) {
    const fresh = page.getElementById(region.id);
    if (!fresh || isBusy(region)) continue;
    const shown = fresh.innerHTML;
    if (shown === region.innerHTML) continue;
    const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
    const opened = [...region.querySelectorAll("details[open][id]")].map((details) => details.id);
    const ticked = [...region.querySelectorAll("input:checked[id]")].map((box) => box.id);
    region.innerHTML = shown;
    for (const id of ticked) document.getElementById(id)?.setAttribute("checked", "");
    window.htmx?.process(region);
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

// Whoever types, or chooses, in a region keeps it as it is.
function isBusy(region) {
  return region.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
}

// What somebody did from here may have changed what no event tells of.
document.addEventListener("ampline:acted", plan);

if (main) {
  open();
  document.addEventListener("visibilitychange", () => (document.hidden ? close("rest") : open()));
  window.addEventListener("pagehide", () => close("rest"));
  window.addEventListener("pageshow", (event) => event.persisted && open());
}

// The live tail of a message log: new messages on top; one that is answered takes its own place.
// What was said while the stream was away is read from the page itself.

const MOST = 200;
const tail = document.querySelector("[data-tail]");
const pause = document.querySelector("[data-tail-pause]");
const pauseWord = pause?.textContent;
let waiting = [];

function isPaused() {
  return pause?.getAttribute("aria-pressed") === "true";
}

function rowsIn(html) {
  const rows = document.createElement("template");
  rows.innerHTML = html;
  return [...rows.content.querySelectorAll("details.message")];
}

// Puts a message where it belongs, and leaves it open if it was.
function show(row, isNewest) {
  const old = document.getElementById(row.id);
  if (old) {
    row.open = old.open;
    const isFocused = old.contains(document.activeElement);
    old.replaceWith(row);
    if (isFocused) row.querySelector("summary").focus({ preventScroll: true });
  } else if (isNewest) tail.prepend(row);
  else tail.append(row);
  document.querySelector("[data-tail-empty]").hidden = true;
  while (tail.children.length > MOST) tail.lastElementChild.remove();
}

document.addEventListener("ampline:row", (event) => {
  if (!isPaused()) return rowsIn(event.detail).forEach((row) => show(row, true));
  waiting.push(event.detail);
  waiting = waiting.slice(-MOST);
  pause.textContent = pause.dataset.waitingWord.replace("{}", waiting.length);
});

pause?.addEventListener("click", () => {
  pause.setAttribute("aria-pressed", String(!isPaused()));
  if (isPaused()) return;
  pause.textContent = pauseWord;
  waiting.splice(0).forEach((html) => rowsIn(html).forEach((row) => show(row, true)));
});

document.addEventListener("ampline:open", async () => {
  const answer = await fetch(location.href, { headers: { "X-Live": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const rows = [...page.querySelectorAll("[data-tail] > details.message")].reverse();
  for (const row of rows) show(document.adoptNode(row), true);
});

// One box for everything: Ctrl-K, or ⌘K, opens it from everywhere; the arrows go through what it finds.

const box = document.getElementById("search");
const input = box?.querySelector("input");

function open(event) {
  event.preventDefault();
  if (!box.open) box.showModal();
  input.select();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") open(event);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-search]")) open(event);
  if (event.target === box) box.close();
});

box?.addEventListener("keydown", (event) => {
  const links = [...box.querySelectorAll(".found a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && links.length) {
    event.preventDefault();
    const next = links.indexOf(document.activeElement) + step;
    if (next < 0) input.focus();
    else links[Math.min(next, links.length - 1)].focus();
  }
  if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    if (links.length) links[0].click();
  }
});

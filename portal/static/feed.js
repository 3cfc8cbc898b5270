// The feed of events: each new one on top, the oldest off at the bottom.

const MOST = 200;
const feed = document.querySelector("[data-feed]");

document.addEventListener("ampline:row", (event) => {
  const rows = document.createElement("template");
  rows.innerHTML = event.detail;
  feed.prepend(rows.content);
  document.querySelector("[data-feed-empty]").hidden = true;
  while (feed.children.length > MOST) feed.lastElementChild.remove();
});

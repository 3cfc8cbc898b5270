// The progress of an action for many: the page is still being written while this runs, so it is no
// module, which would wait for the end.

(() => {
  const bar = () => document.querySelector(".bulk-progress");
  const button = () => document.querySelector("[data-bulk-stop]");
  let isStopped = false;

  function count() {
    const rows = document.querySelector("[data-bulk-rows]");
    if (!rows || !bar()) return;
    bar().value = rows.children.length;
    button().hidden = isStopped || document.readyState !== "loading";
    button().onclick = stop;
  }

  function stop() {
    isStopped = true;
    window.stop();
    watcher.disconnect();
    button().hidden = true;
    const note = document.createElement("p");
    note.className = "note tone-warn";
    note.setAttribute("role", "status");
    note.textContent = document.querySelector("[data-bulk]").dataset.stoppedWord;
    document.querySelector("[data-bulk]").append(note);
  }

  const watcher = new MutationObserver(count);
  watcher.observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    if (isStopped) return;
    count();
    watcher.disconnect();
  });
})();

// What was sent and is not answered stays as it was typed, and the form says why.

const HTML = "text/html";
const unreachable = document.getElementById("unreachable");
const actions = document.getElementById("dialog-body");

document.body.addEventListener("htmx:beforeRequest", () => {
  for (const note of document.querySelectorAll("[data-told]")) note.remove();
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => tell(event.detail));
}

document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, target, requestConfig } = detail;
  const isPage = (xhr.getResponseHeader("Content-Type") ?? "").startsWith(HTML);
  const opensDialog = target === actions && requestConfig.verb === "get";
  const isHandled = !detail.shouldSwap || (isPage && (xhr.status < 400 || xhr.status === 422 || opensDialog));
  if (isHandled) return;
  detail.shouldSwap = false;
  const page = isPage ? new DOMParser().parseFromString(xhr.responseText, HTML) : null;
  renew(page?.querySelector("[name=csrf_token]")?.value);
  tell(detail, page?.querySelector("[role=alert]"));
});

// What the answer says is wrong, else that there was none: in the form that was sent, or where a part
// of the page is missing now.
function tell({ target, requestConfig: { elt, verb } }, alert) {
  const note = document.importNode(alert ?? unreachable.content.firstElementChild, true);
  note.dataset.told = "";
  if (!elt.matches("form, button, a")) return target.replaceChildren(note);
  (elt.closest("form") ?? document.getElementById("main")).prepend(note);
  note.tabIndex = -1;
  if (verb !== "get") note.focus();
}

// Whoever signed in anew in another tab sends this under the new sign-in.
function renew(token) {
  if (!token) return;
  for (const input of document.querySelectorAll("[name=csrf_token]")) input.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": token }));
}

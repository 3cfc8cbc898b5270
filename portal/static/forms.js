// Forms: actions open in the dialog, filters leave nothing empty in the address.

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
let opener = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-action]");
  if (link) opener = link;
  if (event.target.closest("[data-close]")) dialog.close();
  if (dialog.open && event.target.closest("[data-close-link]")) {
    event.preventDefault();
    dialog.close();
  }
  if (event.target === dialog) dialog.close();
});

// The server's answer to a link is the action's form; to the form, what became of it.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.matches("main")) return document.querySelector("main [role=alert] a")?.focus();
  if (event.detail.target !== body) return;
  if (!dialog.open) dialog.showModal();
  const first = body.querySelector("[autofocus], [aria-invalid=true], [role=alert], [role=status]");
  if (first && !first.matches("input, select, textarea, button")) first.tabIndex = -1;
  first?.focus();
  if (body.querySelector("[role=status]")) document.dispatchEvent(new CustomEvent("ampline:acted"));
});

dialog?.addEventListener("close", () => {
  body.replaceChildren();
  const again = opener?.id ? document.getElementById(opener.id) : opener;
  again?.focus({ preventScroll: true });
});

// Ticks every box of a form, or none if all are ticked.
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-tick-all]")?.dataset.tickAll;
  if (!name) return;
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${name}"]`)];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
});

document.body.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("[data-filters]")) return;
  const typed = event.detail.formData;
  for (const [name, text] of [...typed.entries()]) if (text === "") typed.delete(name);
});

// A control for several names: whoever fills the last input gets another one below.
document.addEventListener("input", ({ target }) => {
  const row = target.closest("[data-several] > :last-child");
  if (!row || !target.value) return;
  const more = row.cloneNode(true);
  const input = more.querySelector("input");
  const number = row.parentElement.children.length;
  input.id = `${row.parentElement.querySelector("input").id}-${number}`;
  input.value = "";
  input.setAttribute("aria-label", `${target.closest(".field").querySelector("label").textContent}, ${number + 1}`);
  row.after(more);
  window.htmx?.process(more);
});

// The menu is longer than most windows: it shows the room that one is in.
document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest" });

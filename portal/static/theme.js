// The theme switch: at once, and kept in the cookie that the server reads.

const YEAR_SECONDS = 365 * 24 * 3600;

function choose(theme, buttons) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === theme));
  document.dispatchEvent(new CustomEvent("ampline:theme"));
}

for (const form of document.querySelectorAll("[data-themes]")) {
  const buttons = form.querySelectorAll("button");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(event.submitter.value, buttons);
  });
}

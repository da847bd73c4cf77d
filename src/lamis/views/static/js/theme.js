// The theme form without a reload: the cookie is what the server reads for the next page.
const YEAR_S = 31_536_000;

for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button) return;
    event.preventDefault();
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `lamis_theme=${button.value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
    if (button.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = button.value;
    for (const each of form.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
  });
}

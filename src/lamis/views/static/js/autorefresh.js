// The page renews itself each data-refresh-s seconds, keeping scroll and the row in focus. It rests while one types,
// reads a dialog, menu or opened part, selects text, or looks elsewhere; and it never leaves for an error page.
// Once the live module has checked in (data-live), it rests for good: that one keeps the page up to date.
const KEY = "lamis_focus";
const every = Number(document.body.dataset.refreshS) * 1000;

const busy = () =>
  document.body.dataset.live !== undefined ||
  document.hidden ||
  document.activeElement.matches("input:not([type=hidden]), textarea, select") ||
  document.querySelector("dialog[open], main details[open], .menu[open], [aria-busy=true]") !== null ||
  String(getSelection()) !== "";

async function renew() {
  if (busy()) return;
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (!answer.ok || busy()) return;
  } catch {
    return;
  }
  const row = document.activeElement.closest("tr[data-id]");
  try {
    if (row) sessionStorage.setItem(KEY, row.dataset.id);
  } catch { /* no storage: the focus starts anew */ }
  location.reload();
}

if (every) {
  let id = null;
  try {
    id = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
  } catch { /* no storage: nothing was kept */ }
  if (id) document.querySelector(`tr[data-id="${CSS.escape(id)}"] a.open`)?.focus({ preventScroll: true });
  setInterval(renew, every);
}

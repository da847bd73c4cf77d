// Keys: / searches, j and k walk through rows, Enter opens, b blocks, p pauses, ? lists the keys; data-key gives a part of the page
// one of its own. They rest while one types.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const rows = () => [...document.querySelectorAll("[data-rows] tr[data-href]")].filter((row) => row.offsetParent !== null || row.getClientRects().length);

function walk(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step))];
  next.querySelector("a.open").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// The row one stands on, else what the page is about; the page that opens waits for Enter.
function block() {
  const row = document.activeElement?.closest("tr[data-id]");
  (row ? row.querySelector("[data-block]") : document.querySelector("main .head [data-block], main [data-block]"))?.click();
}

const KEYS = {
  b: block,
  "/": () => { const box = document.querySelector("[data-search]"); box?.focus(); box?.select(); },
  j: () => walk(1),
  k: () => walk(-1),
  p: () => document.querySelector("[data-pause]:not([hidden])")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!own && !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  if (!own) KEYS[event.key]();
  else if (typing(own)) own.focus();
  else own.click();
});

// The whole row is the link, for a mouse; a cell's own link and a selection of text come first.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
});

// The page before a block, in a dialog above any other page: b or a Block button opens it, Enter blocks, and the receipts
// fill in. Both are drawn by the server, as the page is; where no dialog comes, the page itself opens.
const PATIENCE_MS = 20_000;
const ID = "block";
const WAITING = '<div class="dialog"><div class="skeleton" role="status" aria-label="Looking what it would meet"><i></i><i></i><i></i><i></i></div></div>';

const addressOf = ({ form, href }) => (form ? `${form.action}?${new URLSearchParams(new FormData(form))}` : href);

async function asked(address, options) {
  const answer = await fetch(address, { cache: "no-store", headers: { "X-Part": "dialog" }, signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  return { html: answer.headers.has("X-Part") ? await answer.text() : null, answer };
}

function fill(dialog, html) {
  dialog.innerHTML = html;
  dialog.removeAttribute("aria-busy");
  const inputs = [...dialog.querySelectorAll("[aria-invalid=true], .input")];
  (dialog.querySelector("[autofocus]") ?? inputs.find((each) => each.ariaInvalid || !each.value) ?? inputs[0])?.focus();
  document.dispatchEvent(new Event("lamis:shown"));
  document.dispatchEvent(new Event("lamis:receipts"));
}

function fail(dialog, text) {
  dialog.removeAttribute("aria-busy");
  const said = Object.assign(document.createElement("p"), { className: "message failed", textContent: text });
  said.setAttribute("role", "alert");
  dialog.querySelector("[role=alert].message")?.remove();
  dialog.querySelector("header")?.after(said);
}

function opened(opener) {
  const dialog = Object.assign(document.createElement("dialog"), { id: ID, className: "wide", innerHTML: WAITING });
  dialog.setAttribute("aria-labelledby", "block-title");
  const row = opener.closest("tr[data-id]")?.dataset.id;
  dialog.addEventListener("submit", send);
  dialog.addEventListener("close", () => {
    dialog.remove();
    // The button may have become a mark meanwhile: the row keeps the place of who walks by keys.
    if (row && document.activeElement === document.body) document.querySelector(`tr[data-id="${CSS.escape(row)}"] a.open`)?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

async function open(opener) {
  const address = addressOf(opener);
  const dialog = opened(opener);
  try {
    const { html } = await asked(address);
    if (html === null) throw new TypeError("no dialog");
    if (dialog.isConnected) fill(dialog, html);
  } catch {
    if (dialog.isConnected) location.assign(address);
  }
}

async function send(event) {
  const dialog = event.currentTarget;
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (dialog.getAttribute("aria-busy")) return;
  dialog.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const { html, answer } = await asked(form.action, { method: "POST", body });
    if (html !== null) fill(dialog, html);
    else if (answer.redirected) location.assign(answer.url);
    else fail(dialog, answer.status === 403 ? "You may not do that." : `LAMIS answered ${answer.status}.`);
  } catch {
    fail(dialog, "LAMIS does not answer; the ledger of blocks says whether it was done.");
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-block]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (!document.getElementById(ID)) open(opener);
});

// A form that was sent rests until its answer is there, so that an impatient second press does not send it twice. One that
// takes a while (data-busy="Testing…") says so on its button.
const PATIENCE_MS = 20_000;

function say(form, button, isBusy, before) {
  if (isBusy) form.setAttribute("aria-busy", "true");
  else form.removeAttribute("aria-busy");
  if (!button) return;
  button.setAttribute("aria-busy", String(isBusy));
  const label = form.dataset.busy ? button.querySelector("span") : null;
  if (!label) return;
  button.disabled = isBusy;
  label.textContent = isBusy ? form.dataset.busy : before;
}

function rest(form, button) {
  const before = button?.querySelector("span")?.textContent;
  form.setAttribute("aria-busy", "true");
  setTimeout(say, 0, form, button, true); // afterwards: the value of a resting button is not sent
  const done = () => say(form, button, false, before);
  setTimeout(done, PATIENCE_MS); // no answer: it may be sent again
  addEventListener("pageshow", done, { once: true }); // back from the next page
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || (form.method !== "post" && !form.dataset.busy)) return; // scripts look after what they send
  if (form.hasAttribute("aria-busy")) event.preventDefault();
  else rest(form, event.submitter);
});

// "Refresh now": the button rests, says Refreshing…, waits until every source was tried, and always comes back.
// <form data-refresh="state address" data-done="page 1">: the POST makes all sources due; the state is
// {"tried_at": {id: ISO time of the last attempt or null}, "failed": [{"name", "error"}]}.
const LOOK_MS = 500;
const PATIENCE_MS = 40_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function ask(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, ...options });
  if (!answer.ok) throw new Error(`LAMIS answered ${answer.status}; nothing was refreshed.`);
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error("You may be signed out; load the page again. Nothing was refreshed.");
  return answer.json();
}

async function refresh(form) {
  const before = await ask(form.dataset.refresh);
  const headers = { Accept: "application/json", "X-CSRF-Token": form.elements.csrf.value };
  const { sources } = await ask(form.action, { method: "POST", body: new FormData(form), headers });
  if (!sources) throw new Error("There is no active source to refresh; add or resume one.");
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(LOOK_MS)) {
    const now = await ask(form.dataset.refresh);
    if (Object.entries(now.tried_at).every(([id, at]) => at !== before.tried_at[id])) return now.failed;
  }
  throw new Error("Some sources have not answered yet; Sources says which.");
}

function say(text) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const sprite = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
  use.setAttribute("href", `${sprite}#failed`);
  icon.setAttribute("class", "icon");
  icon.append(use);
  const body = document.createElement("p");
  body.className = "body";
  body.textContent = text;
  const message = document.createElement("div");
  message.className = "message failed";
  message.append(icon, body);
  document.querySelector("[data-messages]").replaceChildren(message);
}

async function run(form, button) {
  const label = button.querySelector("span");
  const before = label.textContent;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  label.textContent = "Refreshing…";
  try {
    const failed = await refresh(form);
    if (!failed.length) location.assign(form.dataset.done);
    else say(`Refreshed, but ${failed.map(({ name, error }) => `${name}: ${error}`).join(" · ")}`);
  } catch (error) {
    say(error instanceof TypeError ? "LAMIS does not answer; is it running?" : error.message);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    label.textContent = before;
  }
}

for (const form of document.querySelectorAll("form[data-refresh]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form, form.querySelector("button"));
  });
}

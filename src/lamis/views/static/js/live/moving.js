// Numbers and charts (data-moving="name") move by themselves: the page is fetched beside and those parts are put in
// place of the old ones, at most every few seconds and never more than a twentieth of the time. Lists stay as they are.
const EVERY_MS = 5_000;
const SHARE = 20;
const PATIENCE_MS = 20_000;
let timer = null;
let last = 0;
let took = 0;

const isUsed = (part) =>
  part.contains(document.activeElement) || part.querySelector("details[open]") !== null ||
  (String(getSelection()) !== "" && getSelection().containsNode(part, true));

async function fetched() {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  const isPage = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
  return isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function move() {
  const from = Date.now();
  try {
    const page = await fetched();
    for (const part of page?.querySelectorAll("[data-moving]") ?? []) {
      const old = document.querySelector(`[data-moving="${CSS.escape(part.dataset.moving)}"]`);
      if (old && !isUsed(old)) old.replaceWith(document.adoptNode(part));
    }
    document.dispatchEvent(new Event("lamis:shown"));
  } catch { /* no answer: the next alert moves them */ }
  last = Date.now();
  took = last - from;
  timer = null;
}

function plan() {
  const rest = Math.max(EVERY_MS, SHARE * took) * (0.9 + Math.random() / 5);
  timer = setTimeout(move, Math.max(0, last + rest - Date.now()));
}

export function moved() {
  if (timer !== null) return;
  if (!document.hidden) return plan();
  timer = 0;
  document.addEventListener("visibilitychange", plan, { once: true });
}

// Numbers and charts (data-moving="name") move by themselves: the page is fetched beside and those parts are put in
// place of the old ones, at most every few seconds and never more than a twentieth of the time. Single numbers
// (data-count="total" or a severity) move at once. A list
// stays as it is (data-kept: it has rows); only why it is empty is told anew.
const SECOND_MS = 1_000;
const SHARE = 20;
const PATIENCE_MS = 20_000;
const NUMBER = /^[\d,]+/;
let everyMs = 5 * SECOND_MS; // the server asks for more where very many look
let haste = 1;
let timer = null;
let last = 0;
let took = 0;
let isHeld = false;
let isDue = false;
let counts = null;

const isUsed = (part) =>
  part.contains(document.activeElement) || part.querySelector("details[open]") !== null ||
  (String(getSelection()) !== "" && getSelection().containsNode(part, true));

async function fetched() {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  const isPage = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
  return isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

// The forms' value is another text on each page; one that is shown goes on to be good.
function alike(page) {
  const { value } = document.querySelector("input[name=csrf]") ?? {};
  for (const field of value ? page.querySelectorAll("input[name=csrf]") : []) field.setAttribute("value", value);
}

function put(page) {
  alike(page);
  for (const part of page.querySelectorAll("[data-moving]")) {
    const old = document.querySelector(`[data-moving="${CSS.escape(part.dataset.moving)}"]`);
    if (!old || "kept" in old.dataset || "kept" in part.dataset || old.isEqualNode(part)) continue;
    if (isUsed(old)) old.addEventListener("focusout", moved, { once: true });
    else old.replaceWith(document.adoptNode(part));
  }
  document.dispatchEvent(new Event("lamis:shown"));
}

async function move() {
  const from = Date.now();
  try {
    const page = await fetched();
    if (isHeld) isDue = true;
    else if (page) put(page);
  } catch { /* no answer: the next alert moves them */ }
  last = Date.now();
  took = last - from;
  timer = null;
}

function plan() {
  const rest = (Math.max(everyMs, SHARE * took) / haste) * (0.9 + Math.random() / 5);
  timer = setTimeout(move, Math.max(0, last + rest - Date.now()));
}

export function moved() {
  if (isHeld) isDue = true;
  if (isHeld || timer !== null) return;
  if (!document.hidden) return plan();
  timer = 0;
  document.addEventListener("visibilitychange", plan, { once: true });
}

/** A page that is told of its own changes only is fetched sooner: they are few. */
export function hurried() { haste = 5; }

export function paced(seconds) { everyMs = seconds * SECOND_MS; }

export function told(said) {
  counts = said;
  if (isHeld) return;
  for (const each of document.querySelectorAll("[data-count]")) {
    const n = each.dataset.count === "total" ? said.total : said.by_severity?.[each.dataset.count];
    const text = Number.isInteger(n) ? each.textContent.replace(NUMBER, n.toLocaleString("en")) : each.textContent;
    if (text === each.textContent || isUsed(each)) continue;
    each.textContent = text;
    moved(); // and what is drawn from them
  }
}

export function held(is) {
  isHeld = is;
  if (is) return;
  if (counts) told(counts);
  if (isDue) moved();
  isDue = false;
}

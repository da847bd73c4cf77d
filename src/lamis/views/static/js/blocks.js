// What shows blocks keeps up with them: the marks of rows, receipts, the ledger (data-blocks="name", drawn at
// data-blocks-from or by the page itself). The socket says that blocks changed; the server draws what is put in place.
// Where there is no socket, receipts are asked for each second until they are settled.
import { line } from "./live/line.js";

const PATIENCE_MS = 20_000;
const EVERY_MS = 1_000;
const SELDOM_MS = 3_000; // with a socket: for what changed of a receipt alone, such as its next try
const SHARE = 10; // looking takes at most this part of the time
const ROWS = { "/alerts/rows": "table:not([data-incidents]) tr[data-id]:has(td.c-block)", "/incidents/rows": "[data-incidents] tr[data-id]:has(td.c-block)" };
let isTold = false;
let wasTold = false;
let isBusy = false;
let isDue = false;
let timer = null;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const isUsed = (part) => part.contains(document.activeElement) || part.querySelector("details[open]") !== null;

async function fetched(address, headers = {}) {
  const answer = await fetch(address, { cache: "no-store", headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  const isPage = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
  return isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function mark(address, selector) {
  const ids = [...document.querySelectorAll(selector)].map((row) => row.dataset.id);
  if (!ids.length) return;
  const page = await fetched(`${address}?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
  for (const row of page?.querySelectorAll("tr[data-id]") ?? []) {
    const cell = document.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"] td.c-block`);
    const told = row.querySelector("td.c-block");
    if (cell && told && cell.innerHTML !== told.innerHTML && !isUsed(cell)) cell.replaceWith(document.adoptNode(told));
  }
}

async function draw(from) {
  const page = await fetched(from || location.href, from ? { "X-Part": "dialog" } : {});
  for (const part of page?.querySelectorAll("[data-blocks]") ?? []) {
    const [name, own] = [part.dataset.blocks, part.dataset.blocksFrom ?? ""].map((each) => CSS.escape(each));
    const old = document.querySelector(own ? `[data-blocks="${name}"][data-blocks-from="${own}"]` : `[data-blocks="${name}"]:not([data-blocks-from])`);
    if (old && !isUsed(old)) old.replaceWith(document.adoptNode(part));
  }
}

/** Draw anew whatever shows blocks; once more where that was asked for meanwhile. */
async function look() {
  isDue = true;
  if (isBusy) return;
  isBusy = true;
  while (isDue && !document.hidden) {
    isDue = false;
    const from = performance.now();
    const sources = new Set([...document.querySelectorAll("[data-blocks]")].map((part) => part.dataset.blocksFrom ?? ""));
    await Promise.allSettled([...Object.entries(ROWS).map((each) => mark(...each)), ...[...sources].map(draw)]);
    document.dispatchEvent(new Event("lamis:shown"));
    if (isDue) await pause(SHARE * (performance.now() - from));
  }
  isBusy = false;
  watch();
}

function watch() {
  clearTimeout(timer);
  if (!document.querySelector("[data-until-settled]")) return;
  document.body.dataset.live = "on"; // the first script need not renew the page
  timer = setTimeout(look, isTold ? SELDOM_MS : EVERY_MS);
}

document.addEventListener("lamis:blocks", ({ detail }) => { if (detail.count) look(); });
document.addEventListener("lamis:receipts", watch);
document.addEventListener("lamis:line", ({ detail: isOpen }) => {
  if (isOpen && wasTold && !isTold) look(); // what changed meanwhile
  isTold = isOpen;
  wasTold ||= isOpen;
  watch();
});
document.addEventListener("visibilitychange", () => { if (isDue && !document.hidden) look(); });

// Lists have a line of their own; here blocks are all that is followed.
if (!document.body.dataset.after && document.querySelector("[data-blocks], td.c-block")) {
  const open = line({
    opened(say) { say({ action: "subscribe", type: "blocks", tenant: "all" }); },
    heard(said) {
      if (said.type === "subscribed") open.proven();
      if (said.type === "blocks") document.dispatchEvent(new CustomEvent("lamis:blocks", { detail: said }));
    },
    lost() {},
  });
}
watch();

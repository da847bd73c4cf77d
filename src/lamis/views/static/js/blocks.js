// Blocks as they happen. In lists: when the numbers that the live socket tells come with a newer change of blocks, the
// page is fetched beside and only the cells that say "blocked" are put in place. On a block's own page: its receipts
// are fetched each second until they are settled.
const PATIENCE_MS = 20_000;
const EVERY_MS = 1_000;
let last; // undefined before anything was told; null while no block was ever asked for
let isAsking = false;

async function fetched() {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  const isPage = answer.ok && !answer.redirected && answer.headers.get("Content-Type")?.startsWith("text/html");
  return isPage ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

async function mark() {
  if (isAsking || !document.querySelector("td.c-block")) return;
  isAsking = true;
  try {
    const page = await fetched();
    for (const row of page?.querySelectorAll("tr[data-id]") ?? []) {
      const cell = document.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"] td.c-block`);
      const told = row.querySelector("td.c-block");
      if (cell && told && cell.innerHTML !== told.innerHTML && !cell.contains(document.activeElement)) cell.replaceWith(document.adoptNode(told));
    }
  } catch { /* no answer: the next change marks them */ }
  isAsking = false;
}

document.addEventListener("lamis:stats", ({ detail }) => {
  const told = detail.blocks ?? null;
  const isNew = last !== undefined && told !== last;
  last = told;
  if (isNew) mark();
});

async function settle() {
  try {
    const page = await fetched();
    for (const part of page?.querySelectorAll("[data-moving]") ?? []) {
      const old = document.querySelector(`[data-moving="${CSS.escape(part.dataset.moving)}"]`);
      if (old && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(part));
    }
    document.dispatchEvent(new Event("lamis:shown"));
  } catch { /* asked again in a second */ }
  watch();
}

function watch() {
  const isOpen = document.querySelector("[data-until-settled]") !== null;
  if (isOpen) document.body.dataset.live = "on"; // the first script need not renew the page
  if (isOpen) setTimeout(settle, EVERY_MS);
}

watch();

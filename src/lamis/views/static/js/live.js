// Keeps a list up to date without ever loading it again: a pill counts what is new, numbers move, the top bar says how
// live it is. The page stands at data-after; whatever comes later arrives by socket, else by asking. data-live tells
// autorefresh that somebody looks after the page.
import { askFrom } from "./live/asking.js";
import { moved } from "./live/moving.js";
import { follow } from "./live/socket.js";

const OWN = { "/": ["from", "to"] }; // what is no filter of that page's list
const MOST = 10_000;

function filters() {
  const found = {};
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (value && !["page", "cursor", ...(OWN[location.pathname] ?? [])].includes(name)) (found[name] ??= []).push(value);
  }
  return found;
}

function firstPage() {
  const address = new URL(location.href);
  for (const name of ["page", "cursor"]) address.searchParams.delete(name);
  address.hash = "";
  return address.href;
}

function start(place) {
  const pill = document.querySelector("[data-news]");
  const state = document.querySelector("[data-live-state]");
  const title = document.title;
  let count = 0;

  const news = (n, isWhole = true) => {
    if (!n && isWhole) return;
    count = Math.min(MOST, count + n);
    const many = count === MOST ? `${MOST.toLocaleString("en")}+` : count.toLocaleString("en");
    pill.textContent = count ? `${many} new ${count === 1 ? "alert" : "alerts"}` : "The list has changed";
    pill.href = firstPage();
    pill.hidden = false;
    document.title = `(${many}) ${title}`;
    moved();
  };
  const say = (kind, words) => {
    state.hidden = false;
    state.className = `health ${kind} live`;
    state.querySelector("span").textContent = words;
  };

  const checkIn = () => { document.body.dataset.live = "on"; };
  const signedOut = () => { delete document.body.dataset.live; }; // the next reload leads to signing in

  checkIn();
  pill.addEventListener("click", (event) => {
    // The same address again would only jump; the pill always loads.
    if (pill.href === location.href && !event.ctrlKey && !event.metaKey) location.reload();
  });
  const asking = askFrom(place, filters(), news);
  follow(place, filters(), { news, say, asking, checkIn, signedOut });
}

if (document.body.dataset.after) start({ after: document.body.dataset.after });

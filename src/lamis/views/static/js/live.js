// Keeps a list up to date without ever loading it again: a pill counts what is new, numbers move, the top bar says how
// live it is. The page stands at data-after; whatever comes later arrives by socket, else by asking. A page about one
// incident names it (data-follows, a query) and has no pill: it moves whole. data-live tells the first script (watch.js)
// that somebody looks after the page.
import { askFrom } from "./live/asking.js";
import { indicator } from "./live/indicator.js";
import { held, hurried, moved, paced, told } from "./live/moving.js";
import { patches, statuses } from "./live/patching.js";
import { tellOf } from "./live/notices.js";
import { pauses } from "./live/pausing.js";
import { pillOf } from "./live/pill.js";
import { follow } from "./live/socket.js";

const OWN = { "/": ["from", "to"] }; // what is no filter of that page's list
const NO_FILTER = ["page", "cursor"];
const ONE = document.body.dataset.follows;
const KIND = ONE || location.pathname === "/incidents" ? "incidents" : "alerts";

function filters() {
  const found = {};
  for (const [name, value] of new URLSearchParams(ONE ?? location.search)) {
    if (value && ![...NO_FILTER, ...(OWN[location.pathname] ?? [])].includes(name)) (found[name] ??= []).push(value);
  }
  return found;
}

function start(place) {
  const state = indicator(document.querySelector("[data-live-state]"));
  const pill = pillOf(document.querySelector("[data-news]"), NO_FILTER, KIND.slice(0, -1));
  let waiting = 0;
  const late = []; // what became of rows shown, while paused

  const news = (count, isWhole = true) => {
    if (!count && isWhole) return;
    if (ONE) return moved();
    waiting = pill.add(count);
    if (isPaused()) state.paused(waiting);
    moved();
  };
  const isPaused = pauses((is) => {
    state.paused(is ? waiting : null);
    pill.rest(is);
    held(is);
    if (!is) statuses(late.splice(0));
  });
  const checkIn = () => { document.body.dataset.live = "on"; };
  const signedOut = () => { delete document.body.dataset.live; state.signedOut(); }; // the next reload leads to signing in

  const patch = patches();
  // Rows that were told are changed in place; while paused they, too, wait for the next load.
  const changed = (incidents) => { if (!isPaused()) { news(patch(incidents)); moved(); } else news(0, false); };
  const worked = (incidents) => { if (isPaused()) late.push(...incidents); else statuses(incidents); };
  // Without rows nobody knows which of the changed ones are new to this page.
  const asked = KIND === "alerts" ? news : (count, isWhole) => news(0, !count && isWhole);
  const asking = askFrom(place, filters(), asked, KIND);
  // The overview's numbers are those of the whole day, whatever its list is narrowed to; incidents have none of alerts.
  const counted = location.pathname === "/" || KIND === "incidents" ? {} : filters();
  follow(place, filters(), counted, { kind: KIND, news, changed, worked, told, paced, tellOf, state, asking, checkIn, signedOut });
  document.addEventListener("lamis:blocks", ({ detail }) => { if (detail.count) moved(); });
  if (ONE) hurried();
  checkIn();
}

const after = document.body.dataset.after;
if (after) start({ after, worked: after });

// Times in the viewer's zone, with one switch to UTC; relative ones stay fresh.
// <time datetime="…" data-time="relative|age|short|exact|clock">; the server wrote UTC for those without scripts.
const KEY = "lamis_zone";
const STEPS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
const TICK_MS = 5000;

const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
let utc = stored() === "utc";

const two = (n) => String(n).padStart(2, "0");

function parts(at) {
  const get = (name) => (utc ? at[`getUTC${name}`]() : at[`get${name}`]());
  const ms = at.getUTCMilliseconds();
  return {
    day: `${get("FullYear")}-${two(get("Month") + 1)}-${two(get("Date"))}`,
    clock: `${two(get("Hours"))}:${two(get("Minutes"))}`,
    seconds: `:${two(get("Seconds"))}${ms ? `.${String(ms).padStart(3, "0")}` : ""}`,
  };
}

function zone(at) {
  if (utc) return "UTC";
  const minutes = -at.getTimezoneOffset();
  if (!minutes) return "UTC";
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

function exact(at) {
  const { day, clock, seconds } = parts(at);
  return `${day} ${clock}${seconds} ${zone(at)}`;
}

function age(at) {
  const length = Math.abs(Date.now() - at.getTime()) / 1000;
  const [size, unit] = STEPS.find(([step]) => length >= step) ?? [1, "s"];
  return `${Math.floor(length / size)}\u00a0${unit}`;
}

function relative(at) {
  const ms = Date.now() - at.getTime();
  if (Math.abs(ms) < 1000) return "now";
  return ms > 0 ? `${age(at)} ago` : `in ${age(at)}`;
}

const DAY_MS = 86_400_000;
const short = (at) => (Math.abs(Date.now() - at.getTime()) < DAY_MS ? parts(at).clock : parts(at).day);
const WRITERS = { short, relative, age, exact, clock: (at) => parts(at).clock };

function show(root = document) {
  for (const element of root.querySelectorAll("time[data-time]")) {
    const at = new Date(element.dateTime);
    const text = WRITERS[element.dataset.time]?.(at);
    if (!text || Number.isNaN(at.getTime())) continue;
    if (element.textContent !== text) element.textContent = text;
    element.title = exact(at);
  }
}

for (const box of document.querySelectorAll("[data-zone]")) {
  const buttons = box.querySelectorAll("[data-zone-choice]");
  const mark = () => buttons.forEach((each) => each.setAttribute("aria-pressed", String((each.dataset.zoneChoice === "utc") === utc)));
  box.hidden = false;
  mark();
  box.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-zone-choice]")?.dataset.zoneChoice;
    if (!choice) return;
    utc = choice === "utc";
    try { localStorage.setItem(KEY, choice); } catch { /* private window: the choice lasts for this page */ }
    mark();
    show();
  });
}

document.addEventListener("lamis:shown", () => show());
show();
setInterval(() => show(), TICK_MS);

// How live the page is: a dot, its word, and a figure. Only the word is read aloud; the figure changes too often.
const SECOND_MS = 1000;

function length(ms) {
  const tenths = Math.max(1, Math.round(ms / 100));
  return tenths < 100 ? `${(tenths / 10).toFixed(1)} s` : `${Math.round(ms / SECOND_MS).toLocaleString("en")} s`;
}

export function indicator(box) {
  const word = box.querySelector("[data-word]");
  const more = box.querySelector("[data-more]");
  let now = { kind: "off", word: "Connecting…", more: () => "" };
  let waiting = null;
  let late = 0; // sources that are not read in time
  let clock = null;

  function draw() {
    const isPaused = waiting !== null;
    const isLate = !isPaused && late > 0 && now.kind === "ok";
    const kind = isPaused && now.kind === "ok" ? "off" : isLate ? "late" : now.kind;
    const said = isPaused ? "Paused" : isLate ? `${now.word} · ${late.toLocaleString("en")} ${late === 1 ? "source" : "sources"} late` : now.word;
    const figure = isPaused
      ? ` · ${waiting.toLocaleString("en")} waiting${now.kind === "bad" ? ` · ${now.word.toLowerCase()}` : ""}`
      : now.more();
    box.hidden = false;
    box.title = isLate ? "Not read in time, or silent; Sources says why." : "";
    box.className = `health ${kind} live${isPaused ? " paused" : ""}`;
    if (word.textContent !== said) word.textContent = said;
    if (more.textContent !== figure) more.textContent = figure;
  }

  function be(kind, name, figure = () => "") {
    now = { kind, word: name, more: figure };
    clearInterval(clock);
    draw();
  }

  draw();
  return {
    live(behindMs) { be("ok", "Live", () => (behindMs === null ? "" : ` · ${length(behindMs)} behind`)); },
    offline(until) {
      const left = () => Math.ceil((until - Date.now()) / SECOND_MS);
      be("bad", "Offline", () => (left() > 0 ? ` · retrying in ${left()} s` : " · retrying…"));
      clock = setInterval(draw, SECOND_MS);
    },
    signedOut() { be("bad", "Signed out"); },
    paused(count) { waiting = count; draw(); },
    lagging(count) { late = count; draw(); },
  };
}

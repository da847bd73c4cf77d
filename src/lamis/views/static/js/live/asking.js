// Without a socket: ask each 15 s how many alerts are new, one request at a time, while somebody looks.
const EVERY_MS = 15_000;
const PATIENCE_MS = 30_000;

export function askFrom(place, filters, news, kind = "alerts") {
  const query = new URLSearchParams(Object.entries(filters).flatMap(([name, values]) => values.map((each) => [name, each])));
  let isResting = false;
  let running = null;

  async function ask() {
    if (isResting || running || document.hidden) return;
    const mine = (running = new AbortController());
    const patience = setTimeout(() => mine.abort(), PATIENCE_MS);
    try {
      query.set("after", place.after);
      const answer = await fetch(`/api/v2/${kind}/changes?${query}`, { cache: "no-store", signal: mine.signal });
      if (!answer.ok) return;
      const { after, count, is_whole: isWhole } = await answer.json();
      if (mine.signal.aborted || typeof after !== "string" || !Number.isInteger(count)) return;
      place.after = after;
      news(count, isWhole);
    } catch { /* no answer: the next question comes anyway */ } finally {
      clearTimeout(patience);
      if (running === mine) running = null;
    }
  }

  setInterval(ask, EVERY_MS);
  return {
    resume() { isResting = false; },
    rest() {
      isResting = true;
      running?.abort(); // what it would count, the socket tells from place.after on
      running = null;
    },
  };
}

// The socket: a new ticket for each connection, resumed where the page stands, tried again for ever with growing,
// uneven pauses that rest while nobody looks.
const FIRST_MS = 500;
const LONGEST_MS = 60_000;
const PING_MS = 15_000;
const PATIENCE_MS = 10_000;
const SIGNED_OUT = [401, 403];

async function ticket() {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  const answer = await fetch("/api/v2/ws/ticket", { method: "POST", headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (SIGNED_OUT.includes(answer.status)) throw new RangeError("signed out");
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).ticket;
}

const parsed = (text) => { try { return JSON.parse(text) ?? {}; } catch { return {}; } };

export function follow(place, filters, { news, say, asking, checkIn, signedOut }) {
  let socket = null;
  let tries = 0;
  let timer = null;
  let pings = null;
  let sentAt = 0;
  let isConnecting = false;

  function ping() {
    if (sentAt) return lost(); // the one before was not answered
    sentAt = performance.now();
    socket.send(JSON.stringify({ action: "ping" }));
  }

  const HEARD = {
    subscribed() { checkIn(); tries = 0; say("ok", "Live"); ping(); },
    alerts({ after, alerts }) { if (typeof after === "string" && Array.isArray(alerts)) { place.after = after; news(alerts.length); } },
    reset({ after, count, reason }) { if (typeof after === "string") { place.after = after; news(Number(count) || 0, reason !== "pruned"); } },
    pong() { say("ok", `Live · ${Math.max(1, Math.round(performance.now() - sentAt))} ms`); sentAt = 0; },
    error() { lost(); },
  };

  function lost() {
    clearInterval(pings);
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    socket?.close();
    socket = null;
    sentAt = 0;
    asking.resume();
    if (timer) return;
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries++, 10)) * (0.5 + Math.random() / 2);
    say("bad", "Offline · retrying");
    timer = setTimeout(() => { timer = null; connect(); }, pause);
  }

  async function connect() {
    if (socket || isConnecting || document.hidden) return; // looking again connects
    isConnecting = true;
    try {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${location.host}/api/v2/ws?ticket=${await ticket()}`);
    } catch (error) {
      if (error instanceof RangeError) signedOut();
      return lost();
    } finally {
      isConnecting = false;
    }
    socket.onclose = lost;
    socket.onmessage = ({ data }) => { const said = parsed(data); if (Object.hasOwn(HEARD, said.type)) HEARD[said.type](said); };
    socket.onopen = () => {
      asking.rest();
      socket.send(JSON.stringify({ ...filters, action: "subscribe", type: "alerts", after: place.after }));
      pings = setInterval(ping, PING_MS);
    };
  }

  const now = () => { if (!socket && !document.hidden) { clearTimeout(timer); timer = null; connect(); } };
  document.addEventListener("visibilitychange", now);
  addEventListener("online", now);
  say("off", "Connecting…");
  connect();
}

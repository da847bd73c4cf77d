// The line to the socket: a new ticket for each connection, tried again for ever with growing, uneven pauses that rest
// while nobody looks (unless critical alerts are to be told of), given up when a ping stays unanswered. Whoever wants to
// know whether there is one hears lamis:line.
import { isAnyOn } from "./notices.js";
import { ticket } from "./ticket.js";

const FIRST_MS = 500;
const LONGEST_MS = 60_000;
const PING_MS = 15_000;

const parsed = (text) => { try { return JSON.parse(text) ?? {}; } catch { return {}; } };
const isAway = () => document.hidden && !isAnyOn();
const tell = (isOpen) => document.dispatchEvent(new CustomEvent("lamis:line", { detail: isOpen }));

/** `opened(say)` on each connection, `heard(message, tookMs)` for each message, `lost(untilMs)` when it is to be tried again. */
export function line({ opened, heard, lost, signedOut = () => {} }) {
  let socket = null;
  let tries = 0;
  let timer = null;
  let pings = null;
  let sentAt = 0;
  let isConnecting = false;

  const say = (said) => socket.send(JSON.stringify(said));

  function ping() {
    if (sentAt) return drop(); // the one before was not answered
    sentAt = performance.now();
    say({ action: "ping" });
  }

  function hear({ data }) {
    const said = parsed(data);
    const took = said.type === "pong" && sentAt ? performance.now() - sentAt : null;
    if (said.type === "pong") sentAt = 0;
    heard(said, took);
  }

  function drop() {
    clearInterval(pings);
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    socket?.close();
    socket = null;
    sentAt = 0;
    tell(false);
    if (timer) return lost(null);
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries++, 10)) * (0.5 + Math.random() / 2);
    lost(Date.now() + pause);
    timer = setTimeout(() => { timer = null; connect(); }, pause);
  }

  async function connect() {
    if (socket || isConnecting || isAway()) return; // looking again connects
    isConnecting = true;
    try {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${location.host}/api/v2/ws?ticket=${await ticket()}`);
    } catch (error) {
      drop();
      if (error instanceof RangeError) signedOut();
      return;
    } finally {
      isConnecting = false;
    }
    socket.onclose = drop;
    socket.onmessage = hear;
    socket.onopen = () => {
      opened(say);
      pings = setInterval(ping, PING_MS);
    };
  }

  const now = () => { if (!socket && !document.hidden) { clearTimeout(timer); timer = null; connect(); } };
  document.addEventListener("visibilitychange", now);
  addEventListener("online", now);
  connect();
  // What was subscribed works: the next pause is short again.
  return { drop, proven() { tries = 0; tell(true); ping(); } };
}

// The socket: a new ticket for each connection, resumed where the page stands, tried again for ever with growing,
// uneven pauses that rest while nobody looks (unless critical alerts are to be told of).
import { isAnyOn } from "./notices.js";
import { ticket } from "./ticket.js";

const FIRST_MS = 500;
const LONGEST_MS = 60_000;
const PING_MS = 15_000;

const parsed = (text) => { try { return JSON.parse(text) ?? {}; } catch { return {}; } };
const isAway = () => document.hidden && !isAnyOn();

export function follow(place, filters, counted, { kind, news, changed, worked, told, paced, tellOf, state, asking, checkIn, signedOut }) {
  let socket = null;
  let tries = 0;
  let timer = null;
  let pings = null;
  let sentAt = 0;
  let ahead = 0; // the server's clock against ours, ms
  let isCaughtUp = false; // what comes now came just now
  let isConnecting = false;

  function say(said) { socket.send(JSON.stringify(said)); }

  function ping() {
    if (sentAt) return lost(); // the one before was not answered
    sentAt = performance.now();
    say({ action: "ping" });
  }

  function heard(alerts) {
    const serverNow = Date.now() + ahead;
    const newest = Math.max(...alerts.map(({ stored_at: at }) => Date.parse(at)));
    if (isCaughtUp && Number.isFinite(newest)) state.live(Math.max(0, serverNow - newest));
    isCaughtUp = true;
    tellOf(alerts, serverNow);
  }

  const HEARD = {
    subscribed({ subscription }) { if (subscription === kind) { tries = 0; checkIn(); state.live(null); ping(); } },
    alerts({ after, alerts }) {
      if (typeof after !== "string" || !Array.isArray(alerts)) return;
      place.after = after;
      heard(alerts.filter((each) => each !== null && typeof each === "object"));
      news(alerts.length);
    },
    incident({ after, incidents }) {
      if (typeof after !== "string" || !Array.isArray(incidents)) return;
      place[kind === "incidents" ? "after" : "worked"] = after;
      (kind === "incidents" ? changed : worked)(incidents.filter((each) => each !== null && typeof each === "object"));
    },
    stats(said) {
      if (Number.isInteger(said.total)) told(said);
      if (Number.isInteger(said.late_sources)) state.lagging(said.late_sources);
      document.dispatchEvent(new CustomEvent("lamis:stats", { detail: said }));
    },
    reset({ after, count, reason, subscription }) {
      if (typeof after !== "string") return;
      const isOwn = subscription === kind;
      place[isOwn ? "after" : "worked"] = after;
      news(isOwn ? Number(count) || 0 : 0, isOwn && reason !== "pruned");
    },
    pong({ now, pace_s: paceS }) {
      const took = performance.now() - sentAt;
      if (sentAt && Number.isFinite(Date.parse(now))) ahead = Date.parse(now) + took / 2 - Date.now();
      if (sentAt) state.live(took);
      if (Number.isFinite(paceS)) paced(paceS);
      sentAt = 0;
    },
    error({ subscription }) { if (!subscription || subscription === kind) lost(); },
  };

  function lost() {
    clearInterval(pings);
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    socket?.close();
    socket = null;
    sentAt = 0;
    isCaughtUp = false;
    asking.resume();
    if (timer) return;
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries++, 10)) * (0.5 + Math.random() / 2);
    state.offline(Date.now() + pause);
    timer = setTimeout(() => { timer = null; connect(); }, pause);
  }

  async function connect() {
    if (socket || isConnecting || isAway()) return; // looking again connects
    isConnecting = true;
    try {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${location.host}/api/v2/ws?ticket=${await ticket()}`);
    } catch (error) {
      lost();
      if (error instanceof RangeError) signedOut();
      return;
    } finally {
      isConnecting = false;
    }
    socket.onclose = lost;
    socket.onmessage = ({ data }) => { const said = parsed(data); if (Object.hasOwn(HEARD, said.type)) HEARD[said.type](said); };
    socket.onopen = () => {
      asking.rest();
      say({ ...filters, action: "subscribe", type: kind, format: kind === "alerts" ? "json" : "html", after: place.after });
      if (kind === "alerts") say({ tenant: filters.tenant, action: "subscribe", type: "incidents", changes: "work", after: place.worked });
      say({ ...counted, action: "subscribe", type: "stats" });
      pings = setInterval(ping, PING_MS);
    };
  }

  const now = () => { if (!socket && !document.hidden) { clearTimeout(timer); timer = null; connect(); } };
  document.addEventListener("visibilitychange", now);
  addEventListener("online", now);
  connect();
}

// What a list is told by the socket, resumed where the page stands: what is new, what changed, and the counts.
import { line } from "./line.js";

export function follow(place, filters, counted, { kind, news, changed, worked, told, paced, tellOf, state, asking, checkIn, signedOut }) {
  let ahead = 0; // the server's clock against ours, ms
  let isCaughtUp = false; // what comes now came just now

  function heard(alerts) {
    const serverNow = Date.now() + ahead;
    const newest = Math.max(...alerts.map(({ stored_at: at }) => Date.parse(at)));
    if (isCaughtUp && Number.isFinite(newest)) state.live(Math.max(0, serverNow - newest));
    isCaughtUp = true;
    tellOf(alerts, serverNow);
  }

  const HEARD = {
    subscribed({ subscription }) { if (!subscription || subscription === kind) { checkIn(); state.live(null); open.proven(); } },
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
    },
    blocks(said) { document.dispatchEvent(new CustomEvent("lamis:blocks", { detail: said })); },
    reset({ after, count, reason, subscription }) {
      if (typeof after !== "string") return;
      const isOwn = subscription === kind;
      place[isOwn ? "after" : "worked"] = after;
      news(isOwn ? Number(count) || 0 : 0, isOwn && reason !== "pruned");
    },
    pong({ now, pace_s: paceS }, took) {
      if (took !== null && Number.isFinite(Date.parse(now))) ahead = Date.parse(now) + took / 2 - Date.now();
      if (took !== null) state.live(took);
      if (Number.isFinite(paceS)) paced(paceS);
    },
    error({ subscription }) { if (!subscription || subscription === kind) open.drop(); },
  };

  const open = line({
    opened(say) {
      asking.rest();
      say({ ...filters, action: "subscribe", type: kind, format: kind === "alerts" ? "json" : "html", after: place.after });
      if (kind === "alerts") say({ tenant: filters.tenant, action: "subscribe", type: "incidents", changes: "work", after: place.worked });
      say({ ...counted, action: "subscribe", type: "stats" });
      say({ action: "subscribe", type: "blocks", tenant: filters.tenant });
    },
    heard(said, took) { if (Object.hasOwn(HEARD, said.type)) HEARD[said.type](said, took); },
    lost(until) {
      isCaughtUp = false;
      asking.resume();
      if (until !== null) state.offline(until);
    },
    signedOut,
  });
}

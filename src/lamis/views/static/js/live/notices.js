// Desktop notice and sound for critical alerts: off until asked for, kept per browser, over all tabs at most one in a few
// seconds and one an hour of an incident, none of what somebody works on, and never for what is old by its own time (a
// back-fill, a night's outage).
const FRESH_MS = 10 * 60_000;
const REST_MS = 5_000;
const SHARE_MS = 500; // until other tabs, in processes of their own, read what one stored
const TOLD_MS = 60 * 60_000;
const MOST_TOLD = 200;
const CRITICAL = "critical";
const KEYS = { notice: "lamis_notice", sound: "lamis_sound", last: "lamis_noticed", told: "lamis_told" };
const TONES = [[880, 0], [660, 0.18]]; // Hz, and seconds from now
const TONE_S = 0.16;
let audio = null;

const stored = (name) => { try { return localStorage.getItem(KEYS[name]); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(KEYS[name], value); } catch { /* private window: not kept */ } };

export const hasNotices = () => "Notification" in window;
export const isOn = (name) => stored(name) === "on" && (name !== "notice" || (hasNotices() && Notification.permission === "granted"));
export const isAnyOn = () => isOn("notice") || isOn("sound");

/** Switch `name` on or off; a browser that refuses the notice leaves it off. Answers what it is now. */
export async function turn(name, to) {
  if (to && name === "notice" && (await Notification.requestPermission()) !== "granted") return false;
  store(name, to ? "on" : "off");
  if (to && name === "sound") await sound();
  return to;
}

async function sound() {
  try {
    audio ??= new AudioContext();
    await audio.resume(); // browsers wait for a click or key on this page
    for (const [hertz, later] of TONES) {
      const from = audio.currentTime + later;
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.2, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + TONE_S);
      tone.connect(volume).connect(audio.destination);
      tone.start(from);
      tone.stop(from + TONE_S);
    }
  } catch { /* no sound device: the notice and the pill say it too */ }
}

function notify(fresh) {
  const [first] = fresh;
  const title = fresh.length === 1 ? "Critical alert" : `${fresh.length.toLocaleString("en")} critical alerts`;
  const where = [first.tenant, first.device].filter(Boolean).join(" · ");
  const notice = new Notification(title, { body: where ? `${first.title}\n${where}` : first.title, tag: "lamis-critical", renotify: true });
  notice.onclick = () => { window.focus(); location.assign(`/alerts/${encodeURIComponent(first.id)}`); };
}

function toldBefore() {
  try { return Object.entries(JSON.parse(stored("told"))).filter(([, at]) => Date.now() - at < TOLD_MS); } catch { return []; }
}

function tell(fresh) {
  const told = new Map(toldBefore());
  const news = fresh.filter((each) => !told.has(each.incident ?? each.id));
  if (!news.length || Date.now() - Number(stored("last")) < REST_MS) return null;
  store("last", String(Date.now()));
  for (const each of news) told.set(each.incident ?? each.id, Date.now());
  store("told", JSON.stringify(Object.fromEntries([...told].slice(-MOST_TOLD))));
  if (isOn("notice")) notify(news);
  if (isOn("sound")) sound();
  return new Promise((done) => setTimeout(done, SHARE_MS));
}

/** Tell of the critical ones among `alerts`; `now` is the server's time in ms. */
export function tellOf(alerts, now) {
  if (!isAnyOn()) return;
  const fresh = alerts.filter((each) =>
    each?.severity_name === CRITICAL && each.status !== "acknowledged" && now - Date.parse(each.created_at) < FRESH_MS);
  if (!fresh.length) return;
  // Tabs take turns, so that one tells; there are locks wherever there are notices.
  if (navigator.locks) navigator.locks.request("lamis-notice", () => tell(fresh));
  else tell(fresh);
}

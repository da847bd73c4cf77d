// The first script, plain and old-fashioned on purpose: it runs where modules do not. It renews the page each
// data-refresh-s seconds unless the live module has checked in (data-live) and has not thrown since. It keeps scroll and
// the row in focus, rests while one types, reads a dialog, menu or opened part, selects text or looks elsewhere, and
// never leaves for an error page.
(function () {
  "use strict";
  var KEY = "lamis_focus";
  var BUSY = "dialog[open], main details[open], .menu[open], [aria-busy=true]";
  var every = Number(document.currentScript.getAttribute("data-refresh-s")) * 1000;
  var hasThrown = false;

  function ofLive(text) { return String(text).indexOf("/static/js/live") >= 0; }

  function rests() {
    var focused = document.activeElement;
    return (document.body.getAttribute("data-live") && !hasThrown) || document.hidden ||
      (focused && /^(INPUT|TEXTAREA|SELECT)$/.test(focused.tagName)) ||
      document.querySelector(BUSY) !== null || String(getSelection()) !== "";
  }

  function leave() {
    var row = document.activeElement && document.activeElement.closest && document.activeElement.closest("tr[data-id]");
    try { if (row) sessionStorage.setItem(KEY, row.getAttribute("data-id")); } catch (error) { /* the focus starts anew */ }
    location.reload();
  }

  function renew() {
    if (rests()) return;
    if (!window.fetch) { leave(); return; }
    fetch("/healthz", { cache: "no-store" }).then(
      function (answer) { if (answer.ok && !rests()) leave(); },
      function () { /* LAMIS is away: what is shown is better than an error */ }
    );
  }

  function takeUp() {
    var id = null, rows = document.querySelectorAll("tr[data-id]"), at, link;
    try { id = sessionStorage.getItem(KEY); sessionStorage.removeItem(KEY); } catch (error) { /* nothing was kept */ }
    for (at = 0; id && at < rows.length; at += 1) {
      link = rows[at].getAttribute("data-id") === id && rows[at].querySelector("a.open");
      if (link) link.focus({ preventScroll: true });
    }
  }

  if (!every) return;
  addEventListener("error", function (event) { hasThrown = hasThrown || ofLive(event.filename); });
  addEventListener("unhandledrejection", function (event) { hasThrown = hasThrown || ofLive(event.reason && event.reason.stack); });
  document.addEventListener("DOMContentLoaded", takeUp);
  setInterval(renew, every);
})();

// Rows of incidents are changed in place; those that were opened since the page was loaded are counted, each once.
const opened = (row) => Date.parse(row?.dataset.opened ?? "") || 0;
const shown = (id) => document.querySelector(`[data-incidents] tr[data-id="${CSS.escape(id)}"]`);

function rowOf(html) {
  const made = document.createElement("template");
  made.innerHTML = `<table><tbody>${html}</tbody></table>`;
  return made.content.querySelector("tr");
}

function put(old, row) {
  const hadFocus = old.contains(document.activeElement);
  if (String(getSelection()) && getSelection().containsNode(old, true)) return;
  const mark = old.querySelector("td.c-block"); // blocks.js looks after it
  if (mark) row.querySelector("td.c-block")?.replaceWith(mark);
  old.replaceWith(row);
  if (hadFocus) row.querySelector("a.open").focus({ preventScroll: true });
}

const TONES = { open: "badge high", closed: "badge ok" };

/** Alerts that are shown say how their incidents, whose state changed, stand now. */
export function statuses(incidents) {
  for (const { id, state } of incidents) {
    const said = `${String(state).charAt(0).toUpperCase()}${String(state).slice(1)}`;
    for (const badge of document.querySelectorAll(`td.c-status a[href="${CSS.escape(`/incidents/${id}`)}"]`)) {
      badge.className = TONES[state] ?? "badge";
      if (badge.textContent !== said) badge.textContent = said;
    }
  }
}

export function patches() {
  const newest = Math.max(0, ...[...document.querySelectorAll("[data-incidents] tr[data-id]")].map(opened));
  const counted = new Set();
  return (incidents) => {
    let count = 0;
    for (const { id, html, is_match: isMatch } of incidents) {
      const row = rowOf(String(html));
      const old = shown(String(id));
      if (old && row) put(old, row);
      if (old || !isMatch || counted.has(id) || opened(row) <= newest) continue;
      counted.add(id);
      count += 1;
    }
    document.dispatchEvent(new Event("lamis:shown"));
    return count;
  };
}

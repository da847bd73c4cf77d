// The pill: how many rows came since the page was loaded. It leads to page 1 of the same filters; any load clears it.
const MOST = 10_000;

function firstPage(noFilter) {
  const address = new URL(location.href);
  for (const name of noFilter) address.searchParams.delete(name);
  address.hash = "";
  return address.href;
}

export function pillOf(pill, noFilter, noun) {
  const title = document.title;
  let count = 0;
  let isAny = false;
  let isResting = false;

  function draw() {
    const many = count === MOST ? `${MOST.toLocaleString("en")}+` : count.toLocaleString("en");
    if (isAny) pill.textContent = count ? `${many} new ${count === 1 ? noun : `${noun}s`}` : "The list has changed";
    pill.href = firstPage(noFilter);
    pill.hidden = !isAny || isResting;
    document.title = pill.hidden ? title : `(${many}) ${title}`;
  }

  pill.addEventListener("click", (event) => {
    // The same address again would only jump; the pill always loads.
    if (pill.href === location.href && !event.ctrlKey && !event.metaKey) location.reload();
  });
  return {
    add(n) { count = Math.min(MOST, count + n); isAny = true; draw(); return count; },
    rest(is) { isResting = is; draw(); },
  };
}

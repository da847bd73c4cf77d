// A form that takes a while (data-busy="Testing…") says so on the button that sent it, which then rests.
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", ({ submitter }) => {
    const label = submitter?.querySelector("span");
    if (!label) return;
    const before = label.textContent;
    const rest = (is) => {
      submitter.disabled = is;
      submitter.setAttribute("aria-busy", String(is));
      label.textContent = is ? form.dataset.busy : before;
    };
    setTimeout(rest, 0, true); // afterwards: the value of a resting button is not sent
    addEventListener("pageshow", () => rest(false), { once: true }); // back from the next page
  });
}

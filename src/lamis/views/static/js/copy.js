// Copying: data-copy="previous" copies the text of the element before the button.
// The button is hidden until this module shows that it can.
const SHOWN_MS = 1500;

async function copy(text, element) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return;
  }
  const label = element.querySelector("span") ?? element;
  const before = label.textContent;
  if (before === "Copied") return;
  label.textContent = "Copied";
  setTimeout(() => { label.textContent = before; }, SHOWN_MS);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button.previousElementSibling.textContent, button));
  }
}

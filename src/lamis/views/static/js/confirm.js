// Typing the name: the submit button rests until the field holds the name in data-confirm. The server checks it too.
for (const input of document.querySelectorAll("[data-confirm]")) {
  const button = input.form?.querySelector("button[type=submit]");
  if (!button) continue;
  const check = () => { button.disabled = input.value !== input.dataset.confirm; };
  input.addEventListener("input", check);
  check();
}

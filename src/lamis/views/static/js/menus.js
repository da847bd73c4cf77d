// Menus and dialogs: Esc and a click elsewhere close a menu; data-dialog opens a dialog, data-close closes it.
// Without this module a menu is a plain <details> and a dialog's opener is a plain link.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;

  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    dialog.querySelector("[autofocus], input[type=radio], .input")?.focus();
    return;
  }
  if (event.target.closest("[data-close]") || event.target.matches("dialog[open]")) {
    const open = event.target.closest("dialog");
    if (open) {
      event.preventDefault();
      open.close();
    }
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const button of document.querySelectorAll("button[data-dialog][hidden]")) button.hidden = false;

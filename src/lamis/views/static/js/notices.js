// The switches of desktop notice and sound in the person's menu; live/notices.js gives them.
import { hasNotices, isOn, turn } from "./live/notices.js";

for (const box of document.querySelectorAll("[data-notices]")) {
  const buttons = [...box.querySelectorAll("[data-notices-switch]")].filter((each) => each.dataset.noticesSwitch !== "notice" || hasNotices());
  const draw = (each, is) => {
    each.setAttribute("aria-pressed", String(is));
    each.querySelector("[data-state]").textContent = is ? "on" : "off";
  };
  for (const each of buttons) {
    each.hidden = false;
    draw(each, isOn(each.dataset.noticesSwitch));
    each.addEventListener("click", async () => {
      const name = each.dataset.noticesSwitch;
      const wanted = !isOn(name);
      const is = await turn(name, wanted);
      draw(each, is);
      box.querySelector("[data-refused]").hidden = is === wanted;
    });
  }
  box.hidden = false;
}

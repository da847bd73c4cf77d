// Pause and play: while paused, what is new is counted, but nothing on the page moves. Any load plays again.
export function pauses(changed) {
  const button = document.querySelector("[data-pause]");
  let isPaused = false;
  if (!button) return () => false;

  function draw() {
    const name = isPaused ? button.dataset.play : button.dataset.pause;
    const use = button.querySelector("use");
    use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${isPaused ? "play" : "pause"}`);
    button.setAttribute("aria-label", name);
    button.title = `${name} (p)`;
  }

  button.addEventListener("click", () => {
    isPaused = !isPaused;
    draw();
    changed(isPaused);
  });
  button.hidden = false;
  draw();
  return () => isPaused;
}

// Plays a span of a memo where it is clicked. Without this script the links open the span by themselves.
const shown = document.getElementById("player");
const player = shown ?? new Audio();
let span = null;

function stop() {
  player.pause();
  leave();
}

function leave() {
  span?.link.removeAttribute("data-playing");
  span = null;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-play]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (span?.link === link && !player.paused) return stop();
  leave();
  const address = link.href.split("#")[0];
  if (player.src.split("#")[0] !== address) player.src = address;
  // Without an end it plays on from there: a word is a place to listen from.
  span = { link, end: Number(link.dataset.end ?? Infinity) };
  link.setAttribute("data-playing", "");
  player.currentTime = Number(link.dataset.start);
  player.play().catch(leave);
});

player.addEventListener("timeupdate", () => {
  if (span && player.currentTime >= span.end) stop();
});
player.addEventListener("ended", leave);

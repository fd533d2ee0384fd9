// Plays a span of a memo where it is clicked. Without this script the links open the span by themselves.
const shown = document.getElementById("player");
const player = shown ?? new Audio();
const sentences = document.getElementById("unplayed")?.content;
let span = null;
let told = null;

function stop() {
  player.pause();
  leave();
}

function forget() {
  told?.remove();
  told = null;
}

// Of a sound that does not come the player says only that: its address is asked why.
async function reasonOf(address) {
  try {
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" });
    if (answer.redirected || answer.status === 401) return "logged-out";
    if (answer.status === 404 || answer.status === 410) return "gone";
    return answer.ok ? "unplayable" : "failed";
  } catch {
    return "unreached";
  }
}

async function tell(place) {
  const address = player.src;
  const why = await reasonOf(address);
  if (address !== player.src) return;
  forget();
  const sentence = sentences?.querySelector(`[data-when="${why}"]`);
  if (!sentence || !place.isConnected) return;
  told = sentence.cloneNode(true);
  told.className = "problem unplayed";
  told.setAttribute("role", "alert");
  place.after(told);
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
  forget();
  const address = link.href.split("#")[0];
  if (player.error || player.src.split("#")[0] !== address) player.src = address;
  // Without an end it plays on from there: a word is a place to listen from.
  span = { link, end: Number(link.dataset.end ?? Infinity) };
  link.setAttribute("data-playing", "");
  player.currentTime = Number(link.dataset.start);
  // What does not come is told by the event of it, which needs to know where; this is for all else.
  player.play().catch(() => player.error || leave());
});

player.addEventListener("timeupdate", () => {
  if (span && player.currentTime >= span.end) stop();
});
player.addEventListener("ended", leave);
player.addEventListener("playing", forget);
player.addEventListener("error", () => {
  tell(span?.link ?? player);
  leave();
});

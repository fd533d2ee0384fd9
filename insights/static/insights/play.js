// Plays a span of a recording where it is clicked, shows how far it is, and lights words as they are spoken.
// Without this script the links open the span by themselves.
const shown = document.getElementById("player");
const player = shown ?? new Audio();
const words = document.getElementsByClassName("w");
const whole = document.querySelector(".wave.spans");
const head = whole?.querySelector(".at");
const sentences = document.getElementById("unplayed")?.content;
let span = null;
let lit = null;
let told = null;

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
  told.className = "note bad unplayed";
  told.setAttribute("role", "alert");
  place.after(told);
}

function stop() {
  player.pause();
  leave();
}

function leave() {
  if (span) show(span.link, false);
  span = null;
}

function show(link, isPlaying) {
  link.toggleAttribute("data-playing", isPlaying);
  const icon = link.querySelector(".play use");
  if (icon) icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, isPlaying ? "#pause" : "#play"));
  if (!isPlaying) draw(link, 0);
}

// How much was played is one attribute: the width of a second drawing within the first.
function draw(link, share) {
  const wave = link.querySelector(".wave");
  if (!wave || (!share && !wave.querySelector(".played"))) return;
  const part = wave.querySelector(".played") ?? addPlayed(wave);
  part.setAttribute("width", `${100 * Math.min(1, Math.max(0, share))}%`);
}

function addPlayed(wave) {
  const part = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  part.setAttribute("class", "played");
  const strokes = [...wave.querySelectorAll("path")];
  for (const stroke of strokes) part.append(lightened(stroke.cloneNode()));
  strokes.at(-1).after(part);
  return part;
}

function lightened(stroke) {
  stroke.classList.add("lit");
  return stroke;
}

// Words stand in the order in which they were said.
function lastBegun(at) {
  let [first, end] = [0, words.length];
  while (first < end) {
    const middle = (first + end) >> 1;
    if (Number(words[middle].dataset.start) > at) end = middle;
    else first = middle + 1;
  }
  return words[first - 1] ?? null;
}

function light() {
  const at = player.currentTime;
  const now = player.paused ? null : lastBegun(at);
  if (now === lit) return;
  lit?.classList.remove("now");
  now?.classList.add("now");
  lit = now;
}

function follow() {
  if (head && player.duration) head.setAttribute("x", `${(100 * player.currentTime) / player.duration}%`);
  if (span && player.currentTime >= span.end) stop();
  if (span) draw(span.link, (player.currentTime - span.start) / (span.end - span.start));
  if (words.length) light();
  if (!player.paused) requestAnimationFrame(follow);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-play]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (span?.link === link && !player.paused) return stop();
  leave();
  forget();
  const address = (link.href ?? player.src).split("#")[0];
  if (player.error || player.src.split("#")[0] !== address) player.src = address;
  // Without an end it plays on from there: a word is a place to listen from.
  span = { link, start: Number(link.dataset.start), end: Number(link.dataset.end ?? Infinity) };
  show(link, true);
  player.currentTime = span.start;
  // What does not come is told by the event of it, which needs to know where; this is for all else.
  player.play().catch(() => player.error || leave());
});

whole?.addEventListener("click", (event) => {
  const { left, width } = whole.getBoundingClientRect();
  leave();
  player.currentTime = (player.duration || 0) * ((event.clientX - left) / width);
  player.play().catch(() => {});
});
player.addEventListener("playing", forget);
player.addEventListener("error", () => {
  tell(span?.link ?? whole ?? player);
  leave();
});
player.addEventListener("play", follow);
player.addEventListener("seeked", follow);
player.addEventListener("pause", follow);
player.addEventListener("ended", leave);
// A hidden page is given no frames, but hears the end of a span all the same.
player.addEventListener("timeupdate", () => {
  if (span && player.currentTime >= span.end) stop();
});

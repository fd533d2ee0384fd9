// Plays a span of a recording where it is clicked, shows how far it is, and lights words as they are spoken; where that
// is asked for, it goes on to the next idea. Without this script the links open the span by themselves.
import { offerChoices, passesPauses, speed } from "./listening.js";
import { forget, tell } from "./unplayed.js";

const shown = document.getElementById("player");
const player = shown ?? new Audio();
const words = document.getElementsByClassName("w");
const whole = document.querySelector(".wave.spans");
const head = whole?.querySelector(".at");
const bar = document.getElementById("playbar");
const toggle = bar?.querySelector("[data-player=pause]");
const onward = bar?.querySelector("[name=onward]");
const LEAST_JUMP_SECONDS = 0.1;
let span = null;
let lastLink = null;
let lit = null;
let frame = 0;

function stop() {
  player.pause();
  leave();
}

function endSpan() {
  const next = onward?.checked && neighbour(1);
  if (next) playLink(next);
  else stop();
}

// The idea before or after the one that was played last; what is folded away is not heard.
function neighbour(step) {
  const links = [...document.querySelectorAll("a.voice[data-play]")].filter((link) => link.checkVisibility());
  const at = links.findIndex((link) => link.href === lastLink?.href);
  return at < 0 ? undefined : links[at + step];
}

function passPause() {
  const at = player.currentTime;
  const pause = span.pauses.find(([from, to]) => at >= from && at < to - LEAST_JUMP_SECONDS);
  if (pause && passesPauses()) player.currentTime = pause[1];
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
  const isElsewhere = at >= Number(document.getElementById("said")?.dataset.until ?? Infinity);
  const now = player.paused || isElsewhere ? null : lastBegun(at);
  if (now === lit) return;
  lit?.classList.remove("now");
  now?.classList.add("now");
  lit = now;
}

function follow() {
  if (head && player.duration) head.setAttribute("x", `${(100 * player.currentTime) / player.duration}%`);
  if (span && player.currentTime >= span.end) endSpan();
  if (span) passPause();
  if (span) draw(span.link, (player.currentTime - span.start) / (span.end - span.start));
  if (words.length) light();
  cancelAnimationFrame(frame);
  if (!player.paused) frame = requestAnimationFrame(follow);
}

function playLink(link) {
  leave();
  forget();
  const address = (link.href ?? player.src).split("#")[0];
  if (player.error || player.src.split("#")[0] !== address) player.src = address;
  // Without an end it plays on from there: a word is a place to listen from.
  const pauses = (link.dataset.pauses ?? "").split(" ").filter(Boolean).map((pause) => pause.split("-").map(Number));
  span = { link, start: Number(link.dataset.start), end: Number(link.dataset.end ?? Infinity), pauses };
  lastLink = link;
  show(link, true);
  showBar();
  player.currentTime = span.start;
  start();
}

// What does not come is told by the event of it, which needs to know where; this is for all else.
function start() {
  const begun = span;
  player.play().catch(() => player.error || span !== begun || leave());
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-play]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (span?.link === link && !player.paused) stop();
  else playLink(link);
});

// What the bar, the keys of a keyboard and a headset do.
const actions = {
  pause: () => player.pause(),
  play: () => (span || !lastLink ? start() : playLink(lastLink)),
  previous: () => move(-1),
  next: () => move(1),
};

function move(step) {
  const link = neighbour(step) ?? (step < 0 ? lastLink : null);
  if (link?.isConnected) playLink(link);
}

function showBar() {
  if (!bar || !bar.hidden) return;
  bar.hidden = false;
  if (!navigator.mediaSession) return;
  const names = { play: "play", pause: "pause", previoustrack: "previous", nexttrack: "next" };
  for (const [key, name] of Object.entries(names)) navigator.mediaSession.setActionHandler(key, actions[name]);
}

function showToggle() {
  if (!toggle) return;
  toggle.setAttribute("aria-label", player.paused ? toggle.dataset.playOn : toggle.dataset.pause);
  const icon = toggle.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, player.paused ? "#play" : "#pause"));
}

bar?.addEventListener("click", (event) => {
  const name = event.target.closest("[data-player]")?.dataset.player;
  if (name) actions[name === "pause" && player.paused ? "play" : name]();
});
if (bar) offerChoices(player, document.getElementById("player-menu"));
else player.defaultPlaybackRate = player.playbackRate = speed();

whole?.addEventListener("click", (event) => {
  const { left, width } = whole.getBoundingClientRect();
  leave();
  player.currentTime = (player.duration || 0) * ((event.clientX - left) / width);
  player.play().catch(() => {});
});
player.addEventListener("playing", forget);
player.addEventListener("error", () => {
  tell(player, span?.link ?? whole ?? player);
  leave();
});
player.addEventListener("play", follow);
player.addEventListener("seeked", follow);
player.addEventListener("pause", follow);
player.addEventListener("play", showToggle);
player.addEventListener("pause", showToggle);
player.addEventListener("ended", () => span && endSpan());
// A hidden page is given no frames, but hears the end of a span all the same.
player.addEventListener("timeupdate", () => {
  if (span && player.currentTime >= span.end) endSpan();
  else if (span) passPause();
});

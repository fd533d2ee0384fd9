// Listen: one sound for all ideas, made by the service, so that it plays on under a locked screen without this script;
// what it does is light words, show how far it is, and decide. Without it the page offers the same sound and each idea.
import { offerChoices } from "./listening.js";
import { forget, tell } from "./unplayed.js";

const panel = document.getElementById("listen-player");
const list = document.getElementById("programme");
const ideas = [...list.querySelectorAll("li[data-begin]")];
const spans = ideas.map((idea) => ({
  idea,
  begin: Number(idea.dataset.begin),
  end: Number(idea.dataset.end),
  words: [...idea.querySelectorAll("[data-at]")].map((word) => ({ word, at: Number(word.dataset.at) })),
}));
const ONCE_MORE_SECONDS = 2; // later than that in an idea, "previous" begins it again
const RETRY_MILLISECONDS = 5_000;
const ended = document.getElementById("quiet-end");
const player = new Audio();
let shown = -1;
let frame = 0;
let unsent = [];
let isSending = false;

function place() {
  const at = player.currentTime;
  const next = spans.findIndex((span) => span.begin > at + 0.05);
  return Math.max(0, (next < 0 ? spans.length : next) - 1);
}

function showIdea(number) {
  if (number === shown) return;
  shown = number;
  spans.forEach(({ idea }, one) => idea.classList.toggle("here", one === number));
  showDecided();
}

function showDecided() {
  for (const button of panel.querySelectorAll("[data-decide]")) {
    button.setAttribute("aria-pressed", button.dataset.decide === spans[shown]?.idea.dataset.decided);
  }
}

function showWords({ words, end }) {
  const at = player.currentTime;
  words.forEach(({ word, at: begins }, number) => {
    const ends = words[number + 1]?.at ?? end;
    word.classList.toggle("said", at >= ends);
    word.classList.toggle("now", at >= begins && at < ends);
  });
}

function showLine() {
  const at = player.currentTime;
  const total = Number(panel.dataset.seconds);
  panel.querySelector(".at").setAttribute("x", `${(100 * at) / total}%`);
  panel.querySelectorAll(".part .played").forEach((part, number) => {
    const { begin, end } = spans[number];
    part.setAttribute("width", `${100 * Math.min(1, Math.max(0, (at - begin) / (end - begin)))}%`);
  });
  const ticks = [...panel.querySelectorAll(".tick")];
  const named = ticks.filter((tick) => Number(tick.dataset.at) <= at + 0.05).at(-1);
  for (const tick of ticks) tick.classList.toggle("on", tick === named);
  const left = Math.max(0, Math.ceil(total - at));
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  document.getElementById("left").textContent = panel.dataset.left.replace("{time}", time);
}

function follow() {
  showIdea(place());
  showWords(spans[shown]);
  showLine();
  cancelAnimationFrame(frame);
  if (!player.paused) frame = requestAnimationFrame(follow);
}

function showToggle() {
  const toggle = panel.querySelector("[data-player=toggle]");
  toggle.setAttribute("aria-label", player.paused ? toggle.dataset.playOn : toggle.dataset.pause);
  const icon = toggle.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, player.paused ? "#play" : "#pause"));
}

function play() {
  if (player.error) player.load();
  player.play().catch(() => {}); // what does not come is told by its event
}

function goTo(number) {
  if (number >= spans.length) return;
  player.currentTime = spans[Math.max(0, number)].begin;
  follow();
}

function previous() {
  const here = place();
  goTo(player.currentTime - spans[here].begin > ONCE_MORE_SECONDS ? here : here - 1);
}

// A decision that did not arrive is sent again: by its nonce it is written once.
async function sendDecisions() {
  if (isSending) return;
  isSending = true;
  for (const one of [...unsent]) {
    const { idea, fields } = one;
    try {
      const answer = await fetch(idea.querySelector("form").action, { method: "POST", body: fields, keepalive: true });
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) refuse(idea, answer);
      else if (!answer.ok) continue;
      else idea.dataset.decided = (await answer.json()).decision;
      unsent = unsent.filter((other) => other !== one);
    } catch {
      continue; // it did not arrive
    }
  }
  isSending = false;
  showDecided();
  if (unsent.length) setTimeout(sendDecisions, RETRY_MILLISECONDS);
}

function refuse(idea, answer) {
  idea.dataset.decided = "";
  const why = answer.redirected || answer.status === 401 ? "logged-out" : answer.status === 403 ? "outdated" : "gone";
  const told = document.getElementById("answers");
  told.hidden = false;
  for (const sentence of told.children) sentence.hidden = sentence.dataset.when !== why;
}

function newNonce() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function decide(decision) {
  const { idea } = spans[place()];
  if (idea.dataset.decided === decision) return;
  const fields = new FormData(idea.querySelector("form"));
  fields.set("decision", decision);
  fields.set("nonce", newNonce());
  fields.set("script", "yes");
  idea.dataset.decided = decision;
  showDecided();
  unsent = [...unsent.filter((one) => one.idea !== idea), { idea, fields }];
  sendDecisions();
}

const actions = {
  toggle: () => (player.paused ? play() : player.pause()),
  previous,
  next: () => goTo(place() + 1),
};
// On a headset: back keeps, forward puts off and goes on. Later it comes round again, so that nothing is lost by it.
const keys = {
  play,
  pause: () => player.pause(),
  previoustrack: () => decide("keep"),
  nexttrack: () => {
    decide("later");
    goTo(place() + 1);
  },
};
const letters = { k: () => decide("keep"), l: () => decide("later"), p: actions.toggle };

function begin() {
  list.classList.add("played-here");
  panel.hidden = false;
  player.preload = "auto";
  player.src = panel.dataset.sound;
  offerChoices(player, document.getElementById("player-menu"), () => location.reload());
  follow();
  panel.addEventListener("click", (event) => {
    const { player: name, decide: decision } = event.target.closest("button")?.dataset ?? {};
    if (name) actions[name]();
    if (decision) decide(decision);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("input")) return;
    if (!ended.hidden) return;
    letters[event.key.toLowerCase()]?.();
  });
  addEventListener("online", sendDecisions);
  for (const [key, does] of Object.entries(keys)) {
    navigator.mediaSession?.setActionHandler(key, () => ended.hidden && does());
  }
  if (navigator.mediaSession) {
    navigator.mediaSession.metadata = new MediaMetadata({ title: document.title.split(" · ")[0], artist: "Stillnote" });
  }
}

function close() {
  list.hidden = true;
  panel.querySelector(".controls").hidden = true;
  ended.hidden = false;
  if (!document.hidden) ended.focus();
}

player.addEventListener("play", follow);
player.addEventListener("play", showToggle);
player.addEventListener("pause", showToggle);
player.addEventListener("seeked", follow);
player.addEventListener("timeupdate", follow);
player.addEventListener("ended", close);
player.addEventListener("playing", forget);
player.addEventListener("error", () => tell(player, list));
if (panel && spans.length) begin();

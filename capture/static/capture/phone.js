// The meditation phone: the whole screen is the one button. It asks nothing and shows next to nothing.
import { NotTaken, Outbox } from "./outbox.js";
import { Recorder, recover } from "./recorder.js";
import { openStore } from "./store.js";

const TOKEN = "stillnote-token";
const RECORDING = [150];
const SAVED = [120, 160, 120];
const FAILED = [800];

const button = document.getElementById("record");
const line = document.getElementById("line");
const count = document.getElementById("held");
const said = button.dataset;

function show(sentence) {
  line.textContent = sentence ?? "";
}

function showState(isRecording) {
  button.classList.toggle("recording", isRecording);
  button.setAttribute("aria-label", isRecording ? said.stop : said.start);
  if (isRecording) show("");
}

async function deliver(recording, audio, sha256) {
  const token = localStorage.getItem(TOKEN);
  if (!token) throw new NotTaken(401);
  const answer = await fetch(said.memos + recording.id, {
    method: "PUT",
    body: audio,
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": recording.type,
      "Recorded-At": recording.recordedAt,
      "Repr-Digest": `sha-256=:${btoa(String.fromCharCode(...sha256))}:`,
    },
  });
  if (!answer.ok) throw new NotTaken(answer.status);
  return answer.json();
}

function showHeld(held) {
  const waiting = held.filter((recording) => recording.finished).length;
  count.textContent = waiting ? said.held.replace("{n}", waiting) : "";
}

function whenRoundEnds(held, problem) {
  showHeld(held);
  const isUnpaired = problem?.status === 401 || !localStorage.getItem(TOKEN);
  const pairing = [said.expired, said.unreachable];
  if (isUnpaired && !recorder.isRecording && !pairing.includes(line.textContent)) show(said.unpaired);
  if (!isUnpaired && line.textContent === said.unpaired) show("");
}

// The secret is in the fragment, which no server sees; it stays there until it was traded for a token.
async function pair() {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair");
  if (!code) return;
  const answer = await fetch(said.pair, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, name: navigator.userAgentData?.platform || navigator.platform || "phone" }),
  }).catch(() => null);
  if (!answer || answer.status >= 500) {
    show(said.unreachable);
    addEventListener("online", begin, { once: true });
    return;
  }
  history.replaceState(null, "", location.pathname);
  if (!answer.ok) return show(said.expired);
  localStorage.setItem(TOKEN, (await answer.json()).token);
  show(said.paired);
}

async function begin() {
  await pair();
  await outbox.send();
}

async function touch() {
  if (recorder.isRecording) return recorder.stop();
  button.disabled = true;
  try {
    await recorder.start();
    navigator.vibrate?.(RECORDING);
    showState(true);
  } catch {
    navigator.vibrate?.(FAILED);
    show(isSecureContext ? said.microphone : said.insecure);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

async function whenSaved() {
  navigator.vibrate?.(SAVED);
  showState(false);
  showHeld(await store.held());
  await outbox.send();
}

let store;
let recorder;
let outbox;

if (isSecureContext) {
  store = await openStore("stillnote-phone");
  recorder = new Recorder(store, whenSaved);
  outbox = new Outbox(store, deliver, whenRoundEnds);
  button.addEventListener("click", touch);
  addEventListener("pagehide", () => recorder.stop());
  addEventListener("hashchange", begin);
  navigator.storage?.persist?.(); // else a browser short of room may throw recordings away
  await recover(store);
  await begin();
} else {
  show(said.insecure);
}

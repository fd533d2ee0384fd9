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
const typed = document.getElementById("pairing");
const said = button.dataset;

function show(sentence) {
  line.textContent = sentence ?? "";
}

function showState(isRecording) {
  button.classList.toggle("recording", isRecording);
  button.setAttribute("aria-label", isRecording ? said.stop : said.start);
  if (isRecording) {
    show("");
    typed.hidden = true;
  }
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
  typed.hidden = !isUnpaired;
  const pairing = [said.expired, said.unreachable];
  if (isUnpaired && !recorder.isRecording && !pairing.includes(line.textContent)) show(said.unpaired);
  if (!isUnpaired && line.textContent === said.unpaired) show("");
}

// The secret is in the fragment, which no server sees; it stays there until it was traded for a token.
async function pairByLink() {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair");
  if (code && (await pair(code))) history.replaceState(null, "", location.pathname);
}

// Whether the service answered; what it said is shown.
async function pair(code) {
  const answer = await fetch(said.pair, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code, name: navigator.userAgentData?.platform || navigator.platform || "phone" }),
  }).catch(() => null);
  if (!answer || answer.status >= 500) {
    show(said.unreachable);
    addEventListener("online", begin, { once: true });
    return false;
  }
  if (answer.ok) localStorage.setItem(TOKEN, (await answer.json()).token);
  show(answer.ok ? said.paired : said.expired);
  return true;
}

async function begin() {
  await pairByLink();
  await outbox.send();
}

async function touch() {
  if (recorder?.isRecording) return recorder.stop();
  button.disabled = true;
  try {
    await ready; // the first touch may come before the store is open
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

async function whenSaved(isWhole) {
  navigator.vibrate?.(isWhole ? SAVED : FAILED);
  showState(false);
  if (!isWhole) show(said.full);
  showHeld(await store.held());
  await outbox.send();
}

async function prepare() {
  store = await openStore("stillnote-phone");
  recorder = new Recorder(store, whenSaved);
  outbox = new Outbox(store, deliver, whenRoundEnds);
}

let store;
let recorder;
let outbox;
button.addEventListener("click", touch);
const ready = isSecureContext ? prepare() : Promise.reject(new Error("insecure"));
if (window.isTouched) touch(); // see first_touch.js

try {
  await ready;
  addEventListener("pagehide", () => recorder.stop());
  addEventListener("hashchange", begin);
  typed.addEventListener("submit", async (event) => {
    event.preventDefault();
    await pair(typed.elements.code.value);
    await outbox.send();
  });
  navigator.storage?.persist?.(); // else a browser short of room may throw recordings away
  await recover(store, () => outbox.send());
  await begin();
} catch {
  show(isSecureContext ? said.broken : said.insecure);
}

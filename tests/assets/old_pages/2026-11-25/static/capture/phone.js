// The meditation phone: the whole screen is the one button. It asks nothing and shows next to nothing.
import { NotTaken, Outbox } from "./outbox.js";
import { Recorder, recover } from "./recorder.js";
import { openStore } from "./store.js";

const TOKEN = "stillnote-token";
const TOLD = "stillnote-told";
const TELL_EVERY = 3_600_000;
const TELL_WITHIN = 30_000;
const TELLS_NOBODY = [401, 403, 429];
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

// Lets the owner see what is still held here.
async function tell(held, problem) {
  const token = localStorage.getItem(TOKEN);
  const isHeard = !problem || (problem instanceof NotTaken && !TELLS_NOBODY.includes(problem.status));
  if (!token || !isHeard) return;
  const waiting = held.filter((recording) => recording.finished);
  const body = JSON.stringify({ held: waiting.length, oldest: waiting[0]?.recordedAt ?? null });
  const told = JSON.parse(localStorage.getItem(TOLD));
  if (told?.body === body && Date.now() - told.at < TELL_EVERY) return;
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(TELL_WITHIN);
  const answer = await fetch(said.device, { method: "PUT", body, headers, signal });
  if (answer.ok) localStorage.setItem(TOLD, JSON.stringify({ body, at: Date.now() }));
}

function whenRoundEnds(held, problem) {
  showHeld(held);
  // One after the other, that the last word is the newest. No upload waits for it, and nobody hears when it fails.
  telling = telling.then(() => tell(held, problem)).catch(() => {});
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
  if (answer.ok) {
    localStorage.setItem(TOKEN, (await answer.json()).token);
    localStorage.removeItem(TOLD);
  }
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
let telling = Promise.resolve();
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

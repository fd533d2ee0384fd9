// What "Record" on Today does (record.js): the same recorder and the same way of sending as the phone's, by a key of this
// browser's own that whoever is logged in gives it, so that a connection that breaks loses nothing and no byte is sent
// twice.
import { NotTaken, Outbox } from "../sending/outbox.js";
import { openStore } from "../sending/store.js";
import { endingText } from "./endings.js";
import { LevelMeter } from "./level.js";
import { Recorder, recover } from "./recorder.js";

const UNKNOWN = 401;
const form = document.getElementById("add-recordings");
const button = document.getElementById("record-here");
const name = button.querySelector("span");
const status = document.getElementById("record-status");
const opening = document.getElementById("record-kept");
const lost = document.getElementById("lost");
const live = document.getElementById("record-live");
// One user's recordings are never sent in the name of another who logs in here later.
const KEY = `stillnote-web-key-${form.dataset.user}`;
let meter = null;
let sending = null;
let kept = null;

async function ownKey() {
  const known = localStorage.getItem(KEY);
  if (known) return known;
  const fields = new FormData();
  fields.set("system", navigator.userAgentData?.platform || navigator.platform || "");
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(button.dataset.key, { method: "POST", body: fields, headers });
  if (!answer.ok || answer.redirected) throw new NotTaken(answer.redirected ? UNKNOWN : answer.status);
  const { token } = await answer.json();
  localStorage.setItem(KEY, token);
  return token;
}

// What sends is half of all that recording takes: it comes when there is something to send, and is tried again if not.
function deliveryOf() {
  sending ??= import("../sending/delivery.js").then(({ Delivery }) => new Delivery(button.dataset, store));
  sending.catch(() => { sending = null; });
  return sending;
}

async function deliver(recording, audio, sha256) {
  try {
    const delivery = await deliveryOf();
    const receipt = await delivery.send(recording, audio, sha256, await ownKey());
    kept = receipt.id;
    return receipt;
  } catch (reason) {
    if (reason.status === UNKNOWN) localStorage.removeItem(KEY); // it was unpaired: the next round asks for another
    throw reason;
  }
}

function show(sentence) {
  status.textContent = sentence;
  status.hidden = !sentence;
  opening.hidden = true;
}

function showState() {
  button.setAttribute("aria-pressed", recorder.isRecording);
  name.textContent = recorder.isRecording ? button.dataset.stop : button.dataset.start;
  live.hidden = !recorder.isRecording;
  if (recorder.isRecording) meter = new LevelMeter(recorder.stream, live);
  else meter = meter?.close() ?? null;
}

export async function press() {
  if (recorder.isRecording) return recorder.stop();
  button.disabled = true;
  lost.hidden = true;
  deliveryOf();
  try {
    await recorder.start();
    show(status.dataset.recording);
  } catch {
    show(status.dataset.microphone);
  } finally {
    button.disabled = false;
    showState();
  }
}

// What ended it stays to be read, wherever the recording goes.
function whenEnded(ending) {
  if (ending.reason === "long") return outbox.send(); // the next one goes on
  showState();
  lost.textContent = endingText(ending, lost.dataset);
  lost.hidden = !lost.textContent;
  if (ending.isEmpty) show("");
  else sendHeld();
}

function sendHeld() {
  show(status.dataset.keeping);
  outbox.send();
}

function whenRoundEnds(held) {
  if (recorder.isRecording) return;
  if (held.some((recording) => recording.finished)) show(status.dataset.held);
  else if (kept) showKept();
  else if (status.textContent === status.dataset.keeping) show(""); // another tab has sent it
}

// Where it went: what comes in shows it as it is written down, and its own page is a link away.
function showKept() {
  show(status.dataset.kept);
  opening.href = opening.dataset.address.replace(/ID$/, kept);
  opening.hidden = false;
  kept = null;
  document.getElementById("came-in").dispatchEvent(new Event("kept"));
}

const store = await openStore(button.dataset.store);
// Phones give silence to a page that is not in front; at a desk one may look at another.
const endsWhenHidden = matchMedia("(pointer: coarse)").matches;
const recorder = new Recorder(store, whenEnded, () => null, { endsWhenHidden });
const outbox = new Outbox(store, deliver, whenRoundEnds);
button.addEventListener("click", press);
await recover(store, sendHeld);
if ((await store.held()).some((recording) => recording.finished)) sendHeld();

// "Record here" on the today page: the same recorder as the phone's, sent with the session of who is logged in.
import { hex, NotTaken, Outbox } from "./outbox.js";
import { Recorder, recover } from "./recorder.js";
import { openStore } from "./store.js";

const form = document.getElementById("add-recordings");
const button = document.getElementById("record-here");
const name = button.querySelector("span");
const status = document.getElementById("record-status");

async function deliver(recording, audio, sha256) {
  const fields = new FormData();
  fields.set("audio", audio, "recorded-here");
  fields.set("recorded_at", recording.recordedAt);
  fields.set("sha256", hex(sha256));
  const token = form.elements.csrfmiddlewaretoken.value;
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(form.action, { method: "POST", body: fields, headers, redirect: "error" });
  if (!answer.ok) throw new NotTaken(answer.status);
  return (await answer.json()).receipts[0];
}

function show(sentence) {
  status.textContent = sentence;
  status.hidden = !sentence;
}

function showState() {
  button.setAttribute("aria-pressed", recorder.isRecording);
  name.textContent = recorder.isRecording ? button.dataset.stop : button.dataset.start;
}

async function press() {
  if (recorder.isRecording) return recorder.stop();
  button.disabled = true;
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

function whenSaved(isWhole) {
  showState();
  show(isWhole ? status.dataset.keeping : status.dataset.full);
  outbox.send();
}

function sendHeld() {
  show(status.dataset.keeping);
  outbox.send();
}

function whenRoundEnds(held) {
  if (recorder.isRecording) return;
  if (held.some((recording) => recording.finished)) show(status.dataset.held);
  else if (!status.hidden) location.reload();
}

// One user's recordings are never sent in the name of another who logs in here later.
const store = await openStore(`stillnote-web-${form.dataset.user}`);
const recorder = new Recorder(store, whenSaved);
const outbox = new Outbox(store, deliver, whenRoundEnds);
button.addEventListener("click", press);
addEventListener("pagehide", () => recorder.stop());
button.hidden = false;
await recover(store, sendHeld);
if ((await store.held()).some((recording) => recording.finished)) sendHeld();

// The meditation phone: the whole screen is the one button. It asks nothing and shows next to nothing.
import { sendInBackground, startBackground, wakesWorker } from "./background.js";
import { Contact } from "./contact.js";
import { Delivery } from "./delivery.js";
import { NotTaken, Outbox } from "./outbox.js";
import { currentToken, tokenFor } from "./pairing.js";
import { PairingForm } from "./pairing_form.js";
import { Recorder, recover } from "./recorder.js";
import { saveAsFiles } from "./saving.js";
import { statusInWords } from "./status.js";
import { openStore } from "./store.js";

const RECORDING = [150];
const SAVED = [120, 160, 120];
const FAILED = [800];

const button = document.getElementById("record");
const line = document.getElementById("line");
const count = document.getElementById("held");
const saving = document.getElementById("saving");
const said = button.dataset;

function show(sentence) {
  line.textContent = sentence ?? "";
}

function showState(isRecording) {
  button.classList.toggle("recording", isRecording);
  button.setAttribute("aria-label", isRecording ? said.stop : said.start);
  if (isRecording) {
    show("");
    form.hide();
    saving.hidden = true;
  }
}

async function deliver(recording, audio, sha256) {
  const token = tokenFor(recording);
  if (!token) throw new NotTaken(401, token);
  return delivery.send(recording, audio, sha256, token);
}

function showHeld(held, problems = []) {
  const waiting = held.filter((recording) => recording.finished);
  count.textContent = statusInWords(said, waiting, problems);
  saving.hidden = !waiting.length || !problems.length || recorder.isRecording;
  return waiting.length > 0;
}

function whenRoundEnds(held, problems) {
  const isHolding = showHeld(held, problems);
  contact.tell(held, problems);
  const isRefused = ({ status, token }) => status === 401 && token === currentToken();
  const isUnpaired = problems.some(isRefused) || !currentToken();
  form.offer(isUnpaired);
  const pairing = [said.expired, said.used, said.unknown, said.tooMany, said.unreachable];
  const isSpoken = pairing.includes(line.textContent) || form.isAsking;
  if (isUnpaired && !recorder.isRecording && !isSpoken) show(said.unpaired);
  if (!isUnpaired && line.textContent === said.unpaired) show("");
  if (!isHolding || !problems.length) return;
  if (!wakesWorker) count.textContent += ` · ${said.openOnce}`;
  sendInBackground();
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
  sendInBackground(); // whatever becomes of this page
  if (location.hash) form.begin(); // a question was put away while it was recorded
  if (!isWhole) show(said.full);
  showHeld(await store.held());
  await outbox.send();
}

async function prepare() {
  store = await openStore("stillnote-phone");
  if (currentToken()) await store.claim(currentToken()); // recorded before recordings knew their pairing
  recorder = new Recorder(store, whenSaved, currentToken);
  delivery = new Delivery(said, store);
  outbox = new Outbox(store, deliver, whenRoundEnds);
  contact = new Contact(said.device);
  form = new PairingForm(said, {
    show,
    isRecording: () => recorder.isRecording,
    claim: (token) => store.claim(token),
    send: () => outbox.send(),
    sendName: (name) => contact.sendName(name),
  });
  saving.addEventListener("click", () => saveAsFiles(store));
}

let store;
let recorder;
let delivery;
let outbox;
let contact;
let form;
button.addEventListener("click", touch);
const ready = isSecureContext ? prepare() : Promise.reject(new Error("insecure"));
if (window.isTouched) touch(); // see first_touch.js

try {
  await ready;
  addEventListener("pagehide", () => recorder.stop());
  navigator.storage?.persist?.(); // else a browser short of room may throw recordings away
  startBackground(said.worker, () => outbox.send());
  await recover(store, () => outbox.send());
  await form.begin();
} catch {
  show(isSecureContext ? said.broken : said.insecure);
}

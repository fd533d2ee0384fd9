// The meditation phone: the whole screen is the one button. It asks nothing and shows next to nothing.
import { endingText, isTrouble } from "../recording/endings.js";
import { Recorder, recover } from "../recording/recorder.js";
import { Delivery } from "../sending/delivery.js";
import { NotTaken, Outbox } from "../sending/outbox.js";
import { openStore, PHONE } from "../sending/store.js";
import { listenToWorker, sendInBackground, startBackground, wakesWorker } from "./background.js";
import { Bedtime } from "./bedtime.js";
import { chosen, rememberChoices } from "./choices.js";
import { Contact } from "./contact.js";
import { Discarding } from "./discarding.js";
import { currentToken, tokenFor } from "./pairing.js";
import { Offering } from "./offering.js";
import { PairingForm } from "./pairing_form.js";
import { fewMinutesLeft } from "./room.js";
import { saveAsFiles } from "./saving.js";
import { hideWords, layTickingSwitch, showWords } from "./screen.js";
import { newSeal } from "./sealing.js";
import { Signals } from "./signals.js";
import { Sits } from "./sits.js";
import { Sitting } from "./sitting.js";
import { fill, statusInWords } from "./status.js";
import { Touches } from "./touches.js";

const HELD_MILLISECONDS = 300; // a touch that lasts so long is no swipe

const button = document.getElementById("record");
const line = document.getElementById("line");
const room = document.getElementById("room");
const lost = document.getElementById("lost");
const count = document.getElementById("held");
const saving = document.getElementById("saving");
const said = button.dataset;

// What a round of sending leaves standing: what a person has just asked for, or has to do.
const ANSWERS = [
  "expired", "used", "unknown", "cannotSeal", "tooMany", "keyUnreadable", "unreachable", "installFirst", "noCamera", "microphone",
];

// code: of one of the page's sentences, or "" for none. values: what stands in its places.
function show(code, values = {}) {
  line.dataset.code = code;
  line.textContent = code && fill(said[code], values);
}

// state: recording; kept or trouble, as the one before ended; or none.
function showState(state) {
  const isRecording = state === "recording";
  document.body.toggleAttribute("data-recording", isRecording);
  button.classList.toggle("recording", isRecording);
  button.dataset.state = state;
  button.setAttribute("aria-label", isRecording ? said.stop : said.start);
  button.setAttribute("aria-pressed", isRecording);
  if (isRecording) {
    show("");
    lost.hidden ||= !bedtime?.isNight; // at night it is told until the morning
    form.hide();
    saving.hidden = true;
    discarding.hide();
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
  if (!recorder.isRecording) discarding.offer(problems);
  contact.tell(held, problems);
  sits.send().catch(() => {}); // the next round tells of them
  const isRefused = ({ status, token }) => status === 401 && token === currentToken();
  const isUnpaired = problems.some(isRefused) || !currentToken();
  form.offer(isUnpaired);
  if (isUnpaired && !recorder.isRecording && !ANSWERS.includes(line.dataset.code)) show("unpaired");
  if (!isUnpaired && line.dataset.code === "unpaired") show("");
  if (!isHolding || !problems.length) return;
  if (!wakesWorker) count.textContent += ` · ${said.openOnce}`;
  // What was refused waits as long as it is told to; only a network that is away is waited for.
  if (problems.some((problem) => !(problem instanceof NotTaken))) sendInBackground();
}

// Every touch records from its first moment; what it meant is known when it ends.
function press(at) {
  hideWords();
  sitting?.hide();
  const isFirst = !begun && !recorder?.isRecording;
  if (isFirst) begun = start(at);
  touched = { isFirst, isOver: new Promise((end) => (endTouch = end)) };
}

async function release(kind) {
  const isSwipe = kind === "up" || kind === "down";
  endTouch(isSwipe);
  if (touched.isFirst && isSwipe) {
    await begun;
    recorder.discard();
    showState("");
  } else if (!touched.isFirst && kind === "touch") {
    await begun;
    recorder.stop();
  }
  if (isSwipe) await answerSwipe(kind);
}

async function answerSwipe(kind) {
  await ready;
  if (kind === "down") await tellStatus();
  else if (!recorder.isRecording) await sitting.show();
}

// Resolves when it records, or cannot.
async function start(at) {
  try {
    await ready; // the first touch may come before the store is open
    await recorder.hold();
    await recorder.start(at);
    showState("recording");
    signalUnlessSwiped(touched.isOver);
  } catch {
    signals.give("trouble");
    showState("trouble");
    show(isSecureContext ? "microphone" : "insecure");
  } finally {
    begun = null;
    button.focus();
  }
}

async function signalUnlessSwiped(isOver) {
  const isSwiped = await Promise.race([isOver, new Promise((pass) => setTimeout(pass, HELD_MILLISECONDS, false))]);
  const tone = isSwiped ? null : signals.give("recording");
  if (tone) recorder.leaveOut(tone);
}

async function tellStatus() {
  if (!line.textContent && bedtime.isNight) show("ready");
  showHeld(await store.held());
  await tellRoom();
  showWords();
}

async function tellRoom() {
  const minutes = await fewMinutesLeft();
  room.textContent = minutes === null ? "" : fill(said.room, { minutes });
}

async function whenEnded(ending) {
  if (ending.reason === "long") return outbox.send(); // the next one goes on
  const sentence = endingText({ ...ending, minutes: chosen("quiet") / 60 }, lost.dataset);
  if (sentence) lost.textContent = sentence;
  lost.hidden &&= !sentence;
  const state = isTrouble(ending) ? "trouble" : "kept";
  signals.give(state);
  showState(state);
  sendInBackground(); // whatever becomes of this page
  if (location.hash) form.begin(); // a question was put away while it was recorded
  showHeld(await store.held());
  await tellRoom();
  await outbox.send();
}

function whenReady() {
  if (!recorder.isRecording) showState("");
}

async function prepare() {
  store = await openStore(PHONE);
  if (currentToken()) await store.claim(currentToken()); // recorded before recordings knew their pairing
  recorder = new Recorder(store, whenEnded, currentToken, {
    endsWhenHidden: true,
    quietSeconds: () => Number(chosen("quiet")),
    whenReady,
    newSeal,
  });
  delivery = new Delivery(said, store);
  outbox = new Outbox(store, deliver, whenRoundEnds);
  contact = new Contact(said.device);
  sits = new Sits(said.sits.replace(/ID$/, ""));
  sitting = new Sitting(sits, signals, show, () => outbox.send());
  discarding = new Discarding(store, said, () => outbox.send());
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
let discarding;
let form;
let bedtime;
let sits;
let sitting;
let begun = null; // the recording that is about to begin
let touched;
let endTouch;
const signals = new Signals();
const glass = document.getElementById("glass");
layTickingSwitch(glass);
rememberChoices(document.body, () => document.body.toggleAttribute("data-point", chosen("point")));
new Touches(glass, { press, release, swipe: answerSwipe });
listenToWorker(() => outbox?.send());
const ready = isSecureContext ? prepare() : Promise.reject(new Error("insecure"));
if (window.isTouched) press(performance.now()); // see first_touch.js

try {
  await ready;
  bedtime = new Bedtime(recorder, signals, () => show("microphone"));
  await tellRoom();
  navigator.storage?.persist?.(); // else a browser short of room may throw recordings away
  startBackground(said.worker);
  await recover(store, () => outbox.send());
  await form.begin();
  await new Offering(store, said, () => outbox.send()).ask();
} catch {
  show(isSecureContext ? "broken" : "insecure");
}

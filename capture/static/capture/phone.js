// The meditation phone: the whole screen is the one button. It asks nothing and shows next to nothing.
import { Delivery } from "./delivery.js";
import { endingText, isTrouble } from "./endings.js";
import { NotTaken, Outbox } from "./outbox.js";
import { accountOf, currentToken, keepAccount, keepPairing, tokenFor } from "./pairing.js";
import { Recorder, recover } from "./recorder.js";
import { openStore } from "./store.js";

const TOLD = "stillnote-told";
const TELL_EVERY = 3_600_000;
const TELL_WITHIN = 30_000;
const TELLS_NOBODY = [401, 403, 429];
const RECORDING = [150];
const SAVED = [120, 160, 120];
const QUIET_SECONDS = 180;
const TROUBLE = [800, 300, 800, 300, 800];

const button = document.getElementById("record");
const line = document.getElementById("line");
const lost = document.getElementById("lost");
const count = document.getElementById("held");
const typed = document.getElementById("pairing");
const moving = document.getElementById("moving");
const said = button.dataset;

function show(sentence) {
  line.textContent = sentence ?? "";
}

function showState(isRecording) {
  button.classList.toggle("recording", isRecording);
  button.setAttribute("aria-label", isRecording ? said.stop : said.start);
  if (isRecording) {
    show("");
    lost.hidden = true;
    typed.hidden = true;
    moving.hidden = true;
  }
}

async function deliver(recording, audio, sha256) {
  const token = tokenFor(recording);
  if (!token) throw new NotTaken(401, token);
  return delivery.send(recording, audio, sha256, token);
}

function showHeld(held) {
  const waiting = held.filter((recording) => recording.finished);
  const elsewhere = waiting.filter((recording) => (tokenFor(recording) ?? currentToken()) !== currentToken());
  const here = waiting.length - elsewhere.length;
  const lines = here ? [said.held.replace("{n}", here)] : [];
  for (const account of new Set(elsewhere.map(({ token }) => accountOf(token) ?? said.somebody))) {
    const theirs = elsewhere.filter(({ token }) => (accountOf(token) ?? said.somebody) === account).length;
    lines.push(fill(said.heldFor, { n: theirs, account }));
  }
  count.textContent = lines.join(" · ");
}

function fill(sentence, values) {
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, () => value), sentence);
}

// Lets each owner see what is still held here of theirs.
async function tellAll(held, problems) {
  const waiting = held.filter((recording) => recording.finished);
  for (const token of new Set([currentToken(), ...waiting.map(tokenFor), ...Object.keys(told())])) {
    const isUnheard = (problem) => !(problem instanceof NotTaken) || TELLS_NOBODY.includes(problem.status);
    const isOurs = (problem) => !(problem instanceof NotTaken) || problem.token === token || problem.concernsAll;
    if (!token || problems.filter(isOurs).some(isUnheard)) continue;
    const theirs = waiting.filter((recording) => tokenFor(recording) === token);
    await tell(token, theirs);
  }
}

function told() {
  return JSON.parse(localStorage.getItem(TOLD)) ?? {};
}

async function tell(token, waiting) {
  const body = JSON.stringify({ held: waiting.length, oldest: waiting[0]?.recordedAt ?? null });
  const before = told()[token];
  if (before?.body === body && (Date.now() - before.at < TELL_EVERY || token !== currentToken())) return;
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(TELL_WITHIN);
  const answer = await fetch(said.device, { method: "PUT", body, headers, signal });
  if (answer.ok) localStorage.setItem(TOLD, JSON.stringify({ ...told(), [token]: { body, at: Date.now() } }));
}

function whenRoundEnds(held, problems) {
  showHeld(held);
  // One after the other, that the last word is the newest. No upload waits for it, and nobody hears when it fails.
  telling = telling.then(() => tellAll(held, problems)).catch(() => {});
  const isRefused = ({ status, token }) => status === 401 && token === currentToken();
  const isUnpaired = problems.some(isRefused) || !currentToken();
  typed.hidden = !isUnpaired || !moving.hidden;
  const pairing = [said.expired, said.unreachable];
  if (isUnpaired && !recorder.isRecording && !pairing.includes(line.textContent)) show(said.unpaired);
  if (!isUnpaired && line.textContent === said.unpaired) show("");
}

// The secret is in the fragment, which no server sees; it stays there until it was traded for a token.
async function pairByLink() {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair");
  if (code && (await pair(code))) forgetLink();
}

function forgetLink() {
  history.replaceState(null, "", location.pathname);
}

// Whether the code is done with; what the service said is shown. A phone that belongs to somebody asks its person first.
async function pair(code) {
  moving.hidden = true;
  const before = currentToken();
  if (!before) return redeem(code);
  const preview = await ask(said.preview, { code, token: before });
  if (!preview?.ok) return isDone(preview);
  const { account, paired_with: owner, sends } = await preview.json();
  if (owner) keepAccount(before, owner);
  if (owner === account) {
    if (!sends) return redeem(code);
    show(fill(said.already, { account }));
    return true;
  }
  askToMove(code, account, owner || said.somebody);
  return false;
}

// The link stays in the address until it is answered, so that a page that is opened again asks again.
function askToMove(code, account, owner) {
  const names = { account, owner };
  moving.querySelector("span").textContent = fill(said.move, names);
  moving.elements.move.textContent = fill(said.moveTo, names);
  moving.elements.stay.textContent = fill(said.stayWith, names);
  moving.elements.stay.onclick = () => {
    moving.hidden = true;
    forgetLink();
    show("");
  };
  moving.onsubmit = async (event) => {
    event.preventDefault();
    moving.hidden = true;
    if (await redeem(code)) forgetLink();
    await outbox.send();
  };
  typed.hidden = true;
  moving.hidden = recorder.isRecording;
}

function ask(address, body) {
  const headers = { "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
}

// Says what hinders pairing, and whether asking again is of no use.
function isDone(answer) {
  const isReached = answer && answer.status < 500;
  show(isReached ? said.expired : said.unreachable);
  if (!isReached) addEventListener("online", begin, { once: true });
  return Boolean(isReached);
}

async function redeem(code) {
  const before = currentToken();
  const name = navigator.userAgentData?.platform || navigator.platform || said.phone;
  const answer = await ask(said.pair, { code, name });
  if (!answer?.ok) return isDone(answer);
  const { token, account } = await answer.json();
  if (before) await store.claim(before);
  keepPairing(token, account);
  await store.claim(token);
  show(fill(said.paired, { account }));
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
    const at = performance.now();
    await recorder.hold();
    await recorder.start(at);
    navigator.vibrate?.(RECORDING);
    showState(true);
  } catch {
    navigator.vibrate?.(TROUBLE);
    show(isSecureContext ? said.microphone : said.insecure);
  } finally {
    button.disabled = false;
    button.focus();
  }
}

async function whenEnded(ending) {
  lost.textContent = endingText({ ...ending, minutes: QUIET_SECONDS / 60 }, lost.dataset);
  lost.hidden = !lost.textContent;
  navigator.vibrate?.(isTrouble(ending) ? TROUBLE : SAVED);
  showState(false);
  if (location.hash) begin(); // a question was put away while it was recorded
  showHeld(await store.held());
  await outbox.send();
}

async function prepare() {
  store = await openStore("stillnote-phone");
  if (currentToken()) await store.claim(currentToken()); // recorded before recordings knew their pairing
  recorder = new Recorder(store, whenEnded, currentToken, { endsWhenHidden: true, quietSeconds: () => QUIET_SECONDS });
  delivery = new Delivery(said, store);
  outbox = new Outbox(store, deliver, whenRoundEnds);
}

let store;
let recorder;
let delivery;
let outbox;
let telling = Promise.resolve();
button.addEventListener("click", touch);
const ready = isSecureContext ? prepare() : Promise.reject(new Error("insecure"));
if (window.isTouched) touch(); // see first_touch.js

try {
  await ready;
  addEventListener("hashchange", begin);
  typed.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await pair(typed.elements.code.value)) typed.reset();
    await outbox.send();
  });
  navigator.storage?.persist?.(); // else a browser short of room may throw recordings away
  await recover(store, () => outbox.send());
  await begin();
} catch {
  show(isSecureContext ? said.broken : said.insecure);
}

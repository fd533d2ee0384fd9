// The phone's own recorder, where the page has no microphone. What it gives is held here until there is a receipt for it.
// Without HTTPS a browser has no sums (crypto.subtle), so that a receipt is compared by its length.
import { showRefused } from "./plain_refused.js";
import { held, keep, letGo } from "./plain_shelf.js";
import { fill } from "./status.js";

const TOKEN = "stillnote-plain-key";
const ACCOUNT = "stillnote-plain-account";
const UNPAIRED = [401, 403];
const TRIED_IN_VAIN = [400, 409, 413, 415];
const LOST_ON_THE_WAY = ["incomplete", "wrong-digest"];
const ID_BYTES = 16;
const AGAIN_MILLISECONDS = 30_000;
const SYSTEMS = /iPhone|iPad|Android/;

const { pair: pairAddress, memos, device } = document.querySelector("main").dataset;
const line = document.getElementById("line");
const count = document.getElementById("held");
const steps = document.getElementById("steps");
const pairing = document.getElementById("pairing");
const naming = document.getElementById("naming");
const recorder = document.getElementById("recorder");
const picker = recorder.querySelector("input");
let round = Promise.resolve();
let timer = 0;

// Nothing was taken, nor would anything else be now. code: of the problem, by which a form has a sentence for it.
class NotSent extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

function show(sentence) {
  line.textContent = sentence;
}

function throwMistake(problem) {
  if (!(problem instanceof NotSent)) throw problem;
}

function sentenceFor(problem, form) {
  throwMistake(problem);
  return form.getAttribute(`data-${problem.code}`) ?? form.dataset.refused;
}

function showForms() {
  const isPaired = Boolean(localStorage.getItem(TOKEN));
  pairing.hidden = isPaired;
  recorder.hidden = !isPaired;
  if (steps) steps.hash = location.hash;
}

// Whether a recording is for the account that this phone sends to now: none goes to another person's.
function isForAccount({ account }) {
  return !account || account === localStorage.getItem(ACCOUNT);
}

function request(address, options) {
  return fetch(address, options).catch(() => {
    throw new NotSent("unreachable");
  });
}

function sendJson(method, address, body, headers = {}) {
  return request(address, { method, headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

function authorization() {
  return { Authorization: `Bearer ${localStorage.getItem(TOKEN)}` };
}

async function jsonOf(answer) {
  return (await answer.json().catch(() => null)) ?? {};
}

async function problemCode(answer) {
  const { type = "" } = await jsonOf(answer);
  return type.split("/").pop();
}

async function pair(code) {
  const system = SYSTEMS.exec(navigator.userAgent)?.[0] ?? naming.dataset.phone;
  const name = fill(naming.dataset.own, { system });
  try {
    const answer = await sendJson("POST", pairAddress, { code, name });
    if (!answer.ok) throw new NotSent(await problemCode(answer));
    const { token, account } = await answer.json();
    localStorage.setItem(TOKEN, token);
    localStorage.setItem(ACCOUNT, account);
    show(fill(pairing.dataset.paired, { account }));
  } catch (problem) {
    return show(sentenceFor(problem, pairing));
  }
  history.replaceState(null, "", location.pathname);
  pairing.reset();
  naming.elements.name.value = name;
  naming.hidden = false;
  showForms();
  return send();
}

async function giveName(name) {
  try {
    await tell(name);
    naming.hidden = true;
    show(naming.dataset.named);
  } catch (problem) {
    show(sentenceFor(problem, naming));
  }
}

// Lets its owner see, under Devices, what this phone still holds, and how it is called.
async function tell(name = "") {
  const rows = (await held()).filter(isForAccount);
  const answer = await sendJson("PUT", device, { held: rows.length, oldest: rows[0]?.at ?? null, name }, authorization());
  if (!answer.ok) throw new NotSent(await problemCode(answer));
}

function tellIfReached() {
  return tell().catch(throwMistake); // the next round tells it
}

// Resolves to whether it is held.
async function hold(file) {
  const at = new Date(file.lastModified || Date.now()).toISOString();
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  const id = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const audio = await file.arrayBuffer(); // Safari loses files that were stored as such
    const account = localStorage.getItem(ACCOUNT);
    await keep({ id, name: file.name, audio, type: file.type, at, account });
  } catch {
    show(recorder.dataset.unkept);
    return false;
  }
  return true;
}

// Resolves to whether it was taken. Rejects where the others would not be taken either.
async function put(recording) {
  const { id, audio, type, at } = recording;
  const headers = { ...authorization(), "Content-Type": type || "audio/mp4", "Recorded-At": at };
  const answer = await request(memos + id, { method: "PUT", body: audio, headers });
  if (UNPAIRED.includes(answer.status)) {
    localStorage.removeItem(TOKEN);
    showForms();
    throw new NotSent("unpaired");
  }
  if (!answer.ok) {
    const refusal = (await problemCode(answer)) || "refused";
    if (!TRIED_IN_VAIN.includes(answer.status) || LOST_ON_THE_WAY.includes(refusal)) throw new NotSent(refusal);
    await keep({ ...recording, refusal });
    return false;
  }
  const receipt = await jsonOf(answer);
  if (receipt.safe_to_delete !== true || receipt.bytes !== audio.byteLength) throw new NotSent("refused");
  await letGo(recording);
  return true;
}

// One round after the other. What is not taken is tried again while the page is open.
function send(isAgain = false) {
  clearTimeout(timer);
  round = round.catch(() => {}).then(() => sendAll(isAgain));
  return round;
}

async function sendAll(isAgain) {
  await showHeld();
  const waiting = (await held()).filter((recording) => !recording.refusal && isForAccount(recording));
  if (!waiting.length || !localStorage.getItem(TOKEN)) return;
  if (!isAgain) show(recorder.dataset.sending);
  const taken = [];
  const refused = [];
  let problem = "";
  try {
    for (const recording of waiting) ((await put(recording)) ? taken : refused).push(recording.name);
  } catch (reason) {
    problem = sentenceFor(reason, recorder);
    timer = setTimeout(send, AGAIN_MILLISECONDS, true);
  }
  const { kept, keptAll, notTaken, noneTaken } = recorder.dataset;
  show([inWords(kept, keptAll, taken), inWords(notTaken, noneTaken, refused), problem].filter(Boolean).join(" "));
  await showHeld();
  await tellIfReached();
}

function inWords(one, several, names) {
  if (!names.length) return "";
  return fill(names.length === 1 ? one : several, { name: names[0], n: names.length });
}

async function showHeld() {
  const rows = await held();
  const refused = rows.filter(({ refusal }) => refusal);
  count.textContent = heldInWords(rows.filter(({ refusal }) => !refusal));
  showRefused(refused, async ({ name }) => {
    show(fill(recorder.dataset.gone, { name }));
    picker.focus();
    await showHeld();
    await tellIfReached();
  });
}

function heldInWords(waiting) {
  const mine = waiting.filter(isForAccount).length;
  const lines = mine ? [fill(count.dataset.held, { n: mine })] : [];
  const others = waiting.filter((recording) => !isForAccount(recording)).map(({ account }) => account);
  for (const account of new Set(others)) {
    lines.push(fill(count.dataset.heldFor, { n: others.filter((other) => other === account).length, account }));
  }
  return lines.join(" · ");
}

// The code stays in the address until it was traded for a token, and in its field until it is done with.
function begin() {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair");
  showForms();
  if (!code || localStorage.getItem(TOKEN)) return send();
  pairing.elements.code.value = code;
  return pair(code);
}

pairing.addEventListener("submit", (event) => {
  event.preventDefault();
  pair(pairing.elements.code.value);
});
naming.addEventListener("submit", (event) => {
  event.preventDefault();
  giveName(naming.elements.name.value);
});
picker.addEventListener("change", async () => {
  const [file] = picker.files;
  const isHeld = file && (await hold(file));
  picker.value = "";
  if (isHeld) await send();
});
addEventListener("online", begin);
addEventListener("hashchange", begin);
held().then(begin, () => show(recorder.dataset.broken));

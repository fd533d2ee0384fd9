// The phone's own recorder, where the page has no microphone. What it gives is held here until there is a receipt for it.
// Without HTTPS a browser has no sums (crypto.subtle), so that a receipt is compared by its length.
const KEY = "stillnote-plain-key";
const SERVER_ERROR = 500;
const TOO_MANY = 429;
const UNPAIRED = [401, 403];
const ID_BYTES = 16;

const said = document.querySelector("main").dataset;
const line = document.getElementById("line");
const typed = document.getElementById("pairing");
const recorder = document.getElementById("recorder");
const picker = recorder.querySelector("input");

function show(sentence) {
  line.textContent = sentence;
}

function showDoors() {
  const isPaired = Boolean(localStorage.getItem(KEY));
  typed.hidden = isPaired;
  recorder.hidden = !isPaired;
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openShelf() {
  const opening = indexedDB.open("stillnote-plain", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("recordings", { keyPath: "id" });
  return done(opening);
}

async function shelf(mode = "readonly") {
  return (await opened).transaction("recordings", mode).objectStore("recordings");
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function pair(code) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ code, name: said.name });
  const answer = await fetch(said.pair, { method: "POST", headers, body }).catch(() => null);
  if (!answer?.ok) return show(await pairingProblem(answer));
  const { token, account } = await answer.json();
  localStorage.setItem(KEY, token);
  history.replaceState(null, "", location.pathname);
  showDoors();
  show(said.paired.replace("{account}", () => account));
  return send();
}

async function pairingProblem(answer) {
  if (!answer || answer.status >= SERVER_ERROR) return said.unreachable;
  const { type = "" } = await answer.json().catch(() => ({}));
  return type.endsWith("/cannot-seal") ? said.cannotSeal : said.expired;
}

async function keep(file) {
  const at = new Date(file.lastModified || Date.now()).toISOString();
  try {
    const audio = await file.arrayBuffer(); // Safari loses files that were stored as such
    await done((await shelf("readwrite")).put({ id: newId(), audio, type: file.type, at }));
  } catch {
    return show(said.unkept);
  }
  return send();
}

// Resolves to whether it was taken. Rejects where the others would not be taken either.
async function put({ id, audio, type, at }) {
  const headers = { Authorization: `Bearer ${localStorage.getItem(KEY)}`, "Content-Type": type || "audio/mp4", "Recorded-At": at };
  const answer = await fetch(said.memos + id, { method: "PUT", body: audio, headers });
  if (UNPAIRED.includes(answer.status)) {
    localStorage.removeItem(KEY);
    showDoors();
    throw new Error(said.unpaired);
  }
  if (answer.status === TOO_MANY || answer.status >= SERVER_ERROR) throw new Error(said.refused);
  const receipt = answer.ok && (await answer.json());
  const isTaken = receipt && receipt.safe_to_delete && receipt.bytes === audio.byteLength;
  if (isTaken) await done((await shelf("readwrite")).delete(id));
  return isTaken;
}

async function send() {
  const held = await done((await shelf()).getAll());
  if (!held.length || !localStorage.getItem(KEY)) return;
  show(said.sending);
  try {
    let areTaken = true;
    for (const recording of held) areTaken = (await put(recording)) && areTaken;
    show(areTaken ? said.kept : said.refused);
  } catch (problem) {
    show(problem instanceof TypeError ? said.unreachable : problem.message);
  }
}

const opened = openShelf();
typed.addEventListener("submit", (event) => {
  event.preventDefault();
  pair(typed.elements.code.value);
});
picker.addEventListener("change", async () => {
  await Promise.all([...picker.files].map(keep));
  picker.value = "";
});
addEventListener("online", send);
showDoors();
const code = new URLSearchParams(location.hash.slice(1)).get("pair");
if (code && !localStorage.getItem(KEY)) pair(code);
else send();

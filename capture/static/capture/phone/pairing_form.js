// Pairing on the phone's page: by the link that a picture holds, or by a typed code; and whom this phone sends to then.
import { renewOldPages } from "./background.js";
import { readCode } from "./camera.js";
import { currentToken, keepAccount, keepPairing } from "./pairing.js";
import { canSeal, keepSealKey, sealKey, sealSharedFor } from "./sealing.js";
import { fill } from "./status.js";

const CODE_PROBLEMS = { "code-expired": "expired", "code-used": "used", "code-unknown": "unknown", "cannot-seal": "cannotSeal", "too-many-requests": "tooMany", "sealing-key-unreadable": "keyUnreadable" };

const PASSING = ["tooMany", "keyUnreadable"];
const SERVER_ERROR = 500;

export class PairingForm {
  #said;
  #page;
  #typed = document.getElementById("pairing");
  #moving = document.getElementById("moving");
  #naming = document.getElementById("naming");
  #looking = null;

  // said: the page's sentences and addresses. page: {show(code, values), isRecording(), claim(token), send(), sendName(name)}.
  constructor(said, page) {
    this.#said = said;
    this.#page = page;
    addEventListener("hashchange", () => this.begin());
    this.#typed.addEventListener("submit", async (event) => {
      event.preventDefault();
      const before = currentToken();
      await this.pair(this.#typed.elements.code.value);
      if (currentToken() !== before) this.#typed.reset(); // what was refused is compared, and mended
      await this.#page.send();
    });
    this.#typed.elements.camera.hidden = !navigator.mediaDevices;
    this.#typed.elements.camera.addEventListener("click", () => this.#look());
    this.#naming.addEventListener("submit", async (event) => {
      event.preventDefault();
      const isKnown = await this.#page.sendName(this.#naming.elements.name.value);
      this.#naming.hidden = isKnown;
      this.#page.show(isKnown ? "named" : "unreachable");
    });
  }

  // The forms give way to a recording.
  hide() {
    this.#looking?.abort();
    for (const form of [this.#typed, this.#moving, this.#naming]) form.hidden = true;
  }

  // Whether the code may be typed; while a person is asked for another thing, it may not.
  offer(isUnpaired) {
    this.#typed.hidden = !isUnpaired || !this.#moving.hidden || this.#page.isRecording();
  }

  // Pairs by the link, if this page was opened by one, and sends what is held.
  async begin() {
    await this.#pairByLink();
    await this.#page.send();
  }

  // The secret is in the fragment, which no server sees; it stays there until it was traded for a token.
  async #pairByLink() {
    const code = new URLSearchParams(location.hash.slice(1)).get("pair");
    if (!code) return;
    if (isInSafari() && !this.#typed.elements.code.value) this.#askToInstall(code);
    else if (await this.pair(code)) forgetLink();
  }

  // Looks for a code by the camera, until it is asked to stop by the same button or a recording.
  async #look() {
    if (this.#looking) return this.#looking.abort();
    this.#looking = new AbortController();
    try {
      const code = await readCode(document.getElementById("sight"), this.#looking.signal);
      if (code) await this.pair(code);
    } catch {
      this.#page.show("noCamera");
    } finally {
      this.#looking = null;
    }
    await this.#page.send();
  }

  // What is installed on an iPhone has a storage of its own: paired here, it would not be paired there.
  #askToInstall(code) {
    this.#typed.elements.code.value = code;
    this.#typed.hidden = this.#page.isRecording();
    this.#page.show("installFirst", { code });
    forgetLink();
  }

  // Whether the code is done with; what the service said is shown. A phone that belongs to somebody asks its person first.
  async pair(code) {
    this.#moving.hidden = true;
    const before = currentToken();
    if (!before) return this.#redeem(code);
    const preview = await ask(this.#said.preview, { code, token: before });
    if (!preview?.ok) return this.#showProblem(preview);
    const { account, paired_with: owner, sends, seals } = await preview.json();
    if (owner) keepAccount(before, owner);
    if (owner === account) {
      const isChanged = Boolean(seals) !== Boolean(await sealKey(before));
      if (!sends || isChanged) return this.#redeem(code);
      this.#page.show("already", { account });
      return true;
    }
    this.#askToMove(code, account, owner || this.#said.somebody);
    return false;
  }

  // The link stays in the address until it is answered, so that a page that is opened again asks again.
  #askToMove(code, account, owner) {
    const names = { account, owner };
    const moving = this.#moving;
    moving.querySelector("span").textContent = fill(this.#said.move, names);
    moving.elements.move.textContent = fill(this.#said.moveTo, names);
    moving.elements.stay.textContent = fill(this.#said.stayWith, names);
    moving.elements.stay.onclick = () => {
      moving.hidden = true;
      forgetLink();
      this.#page.show("");
    };
    moving.onsubmit = async (event) => {
      event.preventDefault();
      moving.hidden = true;
      if (await this.#redeem(code)) forgetLink();
      await this.#page.send();
    };
    this.#typed.hidden = true;
    moving.hidden = this.#page.isRecording();
  }

  // Shows what hinders pairing, and resolves to whether asking again is of no use. answer: null where none came.
  async #showProblem(answer) {
    const known = answer && CODE_PROBLEMS[await problemCode(answer)];
    const isReached = Boolean(known) || (answer !== null && answer.status < SERVER_ERROR);
    this.#page.show(isReached ? known ?? "expired" : "unreachable");
    if (!isReached) addEventListener("online", () => this.begin(), { once: true });
    return isReached && !PASSING.includes(known);
  }

  async #redeem(code) {
    const before = currentToken();
    const name = navigator.userAgentData?.platform || navigator.platform || this.#said.phone;
    const answer = await ask(this.#said.pair, { code, name, seals: await canSeal() });
    if (!answer?.ok) return this.#showProblem(answer);
    const { token, account, seal_key: key = null } = await answer.json();
    await keepSealKey(token, key);
    if (before) await this.#page.claim(before);
    keepPairing(token, account);
    await sealSharedFor(key);
    renewOldPages();
    await this.#page.claim(token);
    this.#page.show(key ? "pairedSealed" : "paired", { account });
    this.#naming.elements.name.value = name;
    this.#naming.hidden = this.#page.isRecording();
    return true;
  }
}

function ask(address, body) {
  const headers = { "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
}

async function problemCode(answer) {
  const { type = "" } = await answer.json().catch(() => ({}));
  return type.split("/").pop();
}

function forgetLink() {
  history.replaceState(null, "", location.pathname);
}

function isInSafari() {
  return navigator.standalone === false;
}

// Sends what the store holds, and lets go of a recording only on a receipt for these very bytes.
const FIRST_PAUSE_MILLISECONDS = 2_000;
const LONGEST_PAUSE_MILLISECONDS = 300_000;
const QUOTA = "quota";

// The service answered, and did not take it.
export class NotTaken extends Error {
  // code: of the problem, as docs/errors.md lists them. retryAfterSeconds: when to come again, 0 where it does not say.
  constructor(status, token, { code = "", retryAfterSeconds = 0 } = {}) {
    super(`answered with ${status} ${code}`);
    this.status = status;
    this.token = token;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.recordingId = null; // set by the outbox
  }

  // Whether another recording would be refused as well.
  get concernsAll() {
    return this.status >= 500 && this.code !== QUOTA;
  }

  // Whether another recording of the same pairing would be.
  get concernsToken() {
    return this.status === 401 || this.status === 403 || this.status === 429 || this.code === QUOTA;
  }
}

export class Outbox {
  #store;
  #deliver;
  #changed;
  #timer = 0;
  #pause = FIRST_PAUSE_MILLISECONDS;

  // deliver(recording, audio, sha256): resolves to the receipt, or rejects. changed(held, problems): after each round.
  constructor(store, deliver, changed) {
    this.#store = store;
    this.#deliver = deliver;
    this.#changed = changed;
    addEventListener("online", () => this.send());
  }

  // One round after the other, in all tabs. What is not taken is tried again later, for ever.
  send() {
    return this.#locked({}, () => this.#round());
  }

  // One round, unless another tab is at it; resolves to its problems, or to null where it was not held.
  sendOnce() {
    return this.#locked({ ifAvailable: true }, async (lock) => (lock ? (await this.#sendAll()).problems : null));
  }

  #locked(options, work) {
    return navigator.locks.request(`outbox ${this.#store.name}`, options, work);
  }

  async #round() {
    clearTimeout(this.#timer);
    const { problems, sent } = await this.#sendAll();
    if (sent || !problems.length) this.#pause = FIRST_PAUSE_MILLISECONDS;
    if (problems.length) {
      const asked = Math.max(...problems.map((problem) => 1000 * (problem.retryAfterSeconds ?? 0)));
      // By chance, that all the phones of a house do not come at once when it can be reached again.
      this.#timer = setTimeout(() => this.send(), Math.max(asked, this.#pause * (0.5 + Math.random() / 2)));
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MILLISECONDS);
    }
    this.#changed(await this.#store.held(), problems);
  }

  async #sendAll() {
    const problems = [];
    const refused = new Set();
    let sent = 0;
    for (const recording of await this.#store.held()) {
      if (!recording.finished || refused.has(recording.token)) continue;
      try {
        await this.#sendOne(recording);
        sent += 1;
      } catch (reason) {
        problems.push(reason);
        if (reason instanceof NotTaken) reason.recordingId = recording.id;
        if (!(reason instanceof NotTaken) || reason.concernsAll) break;
        if (reason.concernsToken) refused.add(recording.token);
      }
    }
    return { problems, sent };
  }

  async #sendOne(recording) {
    const audio = await this.#store.audio(recording);
    if (audio.size) {
      const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", await audio.arrayBuffer()));
      const receipt = await this.#deliver(recording, audio, sha256);
      const isOurs = receipt.sha256 === hex(sha256) && receipt.bytes === audio.size;
      if (!isOurs || receipt.safe_to_delete !== true) throw new Error("not its receipt");
    }
    await this.#store.remove(recording);
  }
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

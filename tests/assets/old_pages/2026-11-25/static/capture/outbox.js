// Sends what the store holds, and lets go of a recording only on a receipt for these very bytes.
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 300_000;

// The service answered, and did not take it.
export class NotTaken extends Error {
  constructor(status) {
    super(`answered with ${status}`);
    this.status = status;
  }

  // Whether another recording would be refused as well.
  get concernsAll() {
    return this.status === 401 || this.status === 403 || this.status === 429 || this.status >= 500;
  }
}

export class Outbox {
  #store;
  #deliver;
  #changed;
  #timer = 0;
  #pause = FIRST_PAUSE;

  // deliver(recording, audio, sha256): resolves to the receipt, or rejects. changed(held, problem): after each round.
  constructor(store, deliver, changed) {
    this.#store = store;
    this.#deliver = deliver;
    this.#changed = changed;
    addEventListener("online", () => this.send());
  }

  // One round after the other, in all tabs. What is not taken is tried again later, for ever.
  send() {
    return navigator.locks.request(`outbox ${this.#store.name}`, () => this.#round());
  }

  async #round() {
    clearTimeout(this.#timer);
    const problem = await this.#sendAll();
    if (problem) this.#timer = setTimeout(() => this.send(), this.#pause);
    this.#pause = problem ? Math.min(2 * this.#pause, LONGEST_PAUSE) : FIRST_PAUSE;
    this.#changed(await this.#store.held(), problem);
  }

  async #sendAll() {
    let problem = null;
    for (const recording of await this.#store.held()) {
      if (!recording.finished) continue;
      try {
        await this.#sendOne(recording);
      } catch (reason) {
        problem = reason;
        if (!(reason instanceof NotTaken) || reason.concernsAll) break;
      }
    }
    return problem;
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

// Lets each owner see, on their devices page, what this phone still holds of theirs and how much room is left here.
import { NotTaken } from "../sending/outbox.js";
import { currentToken, tokenFor } from "./pairing.js";
import { keepSealKey } from "./sealing.js";

const TOLD = "stillnote-told-by-token"; // "stillnote-told" was of one token, and old pages may still write it
const TELL_EVERY_MILLISECONDS = 3_600_000;
const TELL_WITHIN_MILLISECONDS = 30_000;
const SEALS = 200; // other devices are answered with 204
const TELLS_NOBODY = [401, 403, 429];
const LITTLE_ROOM_BYTES = 200_000_000; // more is not worth telling
const ROOM_STEP_BYTES = 1_000_000;

export class Contact {
  #address;
  #telling = Promise.resolve();

  // address: of the device in the API.
  constructor(address) {
    this.#address = address;
  }

  // One after the other, that the last word is the newest. No upload waits for it, and nobody hears when it fails.
  tell(held, problems) {
    this.#telling = this.#telling.then(() => this.#tellAll(held, problems)).catch(() => {});
  }

  // What this phone is called from now on; resolves to whether that is known there.
  async sendName(name) {
    const answer = await this.#put(currentToken(), JSON.stringify({ ...(await state([])), name })).catch(() => null);
    return Boolean(answer?.ok);
  }

  async #tellAll(held, problems) {
    const waiting = held.filter((recording) => recording.finished);
    for (const token of new Set([currentToken(), ...waiting.map(tokenFor), ...Object.keys(told())])) {
      const isUnheard = (problem) => !(problem instanceof NotTaken) || TELLS_NOBODY.includes(problem.status);
      const isOurs = (problem) => !(problem instanceof NotTaken) || problem.token === token || problem.concernsAll;
      if (!token || problems.filter(isOurs).some(isUnheard)) continue;
      await this.#tellOne(token, await state(waiting.filter((recording) => tokenFor(recording) === token)));
    }
  }

  async #tellOne(token, known) {
    const body = JSON.stringify(known);
    const before = told()[token];
    const isLately = before && (Math.abs(Date.now() - before.at) < TELL_EVERY_MILLISECONDS || token !== currentToken());
    if (isLately && before.body === body) return;
    const answer = await this.#put(token, body);
    // The key may be another one since: of a service that was restored without it.
    if (answer.status === SEALS && token === currentToken()) await keepSealKey(token, (await answer.json()).seal_key);
    if (answer.ok) localStorage.setItem(TOLD, JSON.stringify({ ...told(), [token]: { body, at: Date.now() } }));
  }

  #put(token, body) {
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const signal = AbortSignal.timeout(TELL_WITHIN_MILLISECONDS);
    return fetch(this.#address, { method: "PUT", body, headers, signal });
  }
}

async function state(waiting) {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  const left = quota - usage; // NaN where the browser does not say
  const room = left < LITTLE_ROOM_BYTES ? Math.max(0, Math.floor(left / ROOM_STEP_BYTES) * ROOM_STEP_BYTES) : null;
  return { held: waiting.length, oldest: waiting[0]?.recordedAt ?? null, room_bytes: room };
}

function told() {
  return JSON.parse(localStorage.getItem(TOLD)) ?? {};
}

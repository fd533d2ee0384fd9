// Brings recordings to the upload API and sends no byte twice that is there: what is long, or was tried before, goes as a
// resumable upload (tus 1.0), whose beginning also asks whether the service has these very bytes already.
import { hex, NotTaken } from "./outbox.js";

const ONE_REQUEST_BYTES = 32 * 1024; // a broken line costs all of what is sent in one request
const GONE = [404, 410];
const BUSY = 423;

export class Delivery {
  #addresses;
  #store;

  // addresses: {memos, uploads} of the API. store: remembers of each recording that it was tried, and its upload.
  constructor(addresses, store) {
    this.#addresses = addresses;
    this.#store = store;
  }

  // Resolves to the receipt. Rejects with NotTaken, or with an error where no answer came.
  async send(recording, audio, sha256, token) {
    const isFirst = !recording.tried;
    if (isFirst) await this.#note(recording, { tried: true });
    if (isFirst && audio.size <= ONE_REQUEST_BYTES) return this.#put(recording, audio, sha256, token);
    await this.#resume(recording, audio, sha256, token);
    return (await ask(this.#memo(recording), { token })).json();
  }

  async #put(recording, audio, sha256, token) {
    const headers = {
      "Content-Type": recording.type,
      "Recorded-At": recording.recordedAt,
      "Repr-Digest": `sha-256=:${btoa(String.fromCharCode(...sha256))}:`,
    };
    return (await ask(this.#memo(recording), { method: "PUT", body: audio, headers, token })).json();
  }

  async #resume(recording, audio, sha256, token) {
    const { upload, answer } = (await this.#asked(recording, token)) ?? (await this.#begin(recording, audio, sha256, token));
    // A request of before is not over: all that is sent now would be refused.
    if (answer.headers.has("Retry-After")) throw new NotTaken(BUSY, token);
    const offset = Number(answer.headers.get("Upload-Offset"));
    if (offset >= audio.size) return;
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset };
    await ask(upload, { method: "PATCH", body: audio.slice(offset), headers, token });
  }

  // How far the upload has come that was begun before, if it is still known.
  async #asked({ upload }, token) {
    if (!upload) return null;
    try {
      return { upload, answer: await ask(upload, { method: "HEAD", token }) };
    } catch (reason) {
      if (GONE.includes(reason.status)) return null;
      throw reason;
    }
  }

  async #begin(recording, audio, sha256, token) {
    const known = { id: recording.id, recorded_at: recording.recordedAt, sha256: hex(sha256) };
    const metadata = Object.entries(known).map(([name, value]) => `${name} ${btoa(value)}`);
    const headers = { "Upload-Length": audio.size, "Upload-Metadata": metadata.join(",") };
    const answer = await ask(this.#addresses.uploads, { method: "POST", headers, token });
    const upload = answer.headers.get("Location");
    await this.#note(recording, { upload });
    return { upload, answer };
  }

  #memo(recording) {
    return this.#addresses.memos + recording.id;
  }

  // Where there is no room to remember it, the recording is sent all the same.
  #note(recording, known) {
    return this.#store.note(recording, known).catch(() => {});
  }
}

async function ask(address, { token, headers, ...request }) {
  const all = { ...headers, Authorization: `Bearer ${token}`, "Tus-Resumable": "1.0.0" };
  const answer = await fetch(address, { ...request, headers: all });
  if (!answer.ok) throw new NotTaken(answer.status, token);
  return answer;
}

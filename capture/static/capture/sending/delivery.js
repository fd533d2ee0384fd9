// Brings recordings to the upload API by tus-js-client, and sends no byte twice that is there: what was begun goes on where
// it broke off, and the beginning of an upload also asks whether the service has these very bytes already.
import "../vendor/tus-js-client/tus.min.js";
import { FetchStack } from "./fetch_stack.js";
import { hex, NotTaken } from "./outbox.js";

const { Upload } = globalThis.tus;
const ONE_REQUEST_BYTES = 32 * 1024; // a broken line costs all of what is sent with the beginning
const GONE = [404, 410];
const BUSY = 423;
const OTHER_BYTES = "other-bytes";

export class Delivery {
  #addresses;
  #store;

  // addresses: {memos, uploads} of the API. store: remembers of each recording that it was tried, its upload, and its id.
  constructor(addresses, store) {
    const absolute = (address) => new URL(address, location.href).href;
    this.#addresses = { memos: absolute(addresses.memos), uploads: absolute(addresses.uploads) };
    this.#store = store;
  }

  // Resolves to the receipt. Rejects with NotTaken, or with an error where no answer came.
  async send(recording, audio, sha256, token) {
    const isFirst = !recording.tried;
    if (isFirst) await this.#note(recording, { tried: true });
    const id = recording.sentAs ?? recording.id;
    try {
      await this.#upload(recording, audio, token, {
        uploadUrl: recording.upload ? new URL(recording.upload, this.#addresses.uploads).href : null,
        uploadDataDuringCreation: isFirst && audio.size <= ONE_REQUEST_BYTES,
        metadata: { id, recorded_at: recording.recordedAt, sha256: hex(sha256) },
      });
    } catch (reason) {
      // Another recording has this id there: this one goes under one of its own, and is lost on neither side.
      if (reason.code === OTHER_BYTES) await this.#note(recording, { sentAs: crypto.randomUUID(), upload: null });
      throw reason;
    }
    return this.#receipt(id, token);
  }

  #upload(recording, audio, token, options) {
    return new Promise((resolve, reject) => {
      const upload = new Upload(audio, {
        ...options,
        endpoint: this.#addresses.uploads,
        headers: { Authorization: `Bearer ${token}` },
        httpStack: new FetchStack(),
        retryDelays: null, // the outbox tries again
        storeFingerprintForResuming: false, // the store remembers the upload
        onAfterResponse: (request, answer) => this.#take(recording, token, request.getMethod(), answer),
        onSuccess: resolve,
        onError: (error) => reject(error.causingError ?? error),
      });
      upload.start();
    });
  }

  // Each answer, before tus-js-client goes on. It would take every refusal of HEAD for an upload that is gone.
  async #take(recording, token, method, answer) {
    const status = answer.getStatus();
    if (method === "HEAD" && GONE.includes(status)) return;
    if (status >= 400) throw refusal(status, token, answer.getHeader("Retry-After"), answer.getBody());
    // A request of before is not over: all that is sent now would be refused.
    const isBusy = method === "HEAD" && answer.getHeader("Retry-After");
    if (isBusy) throw refusal(BUSY, token, answer.getHeader("Retry-After"));
    if (method === "POST") await this.#note(recording, { upload: answer.getHeader("Location") });
  }

  async #receipt(id, token) {
    const answer = await fetch(this.#addresses.memos + id, { headers: { Authorization: `Bearer ${token}` } });
    if (!answer.ok) throw refusal(answer.status, token, answer.headers.get("Retry-After"), await answer.text());
    return answer.json();
  }

  // Where there is no room to remember it, the recording is sent all the same.
  #note(recording, known) {
    return this.#store.note(recording, known).catch(() => {});
  }
}

function refusal(status, token, retryAfter, body = "") {
  return new NotTaken(status, token, { code: problemCode(body), retryAfterSeconds: Number(retryAfter) || 0 });
}

// The last part of a problem's address; "" where somebody else answered, as a web server in front does.
function problemCode(body) {
  try {
    return String(JSON.parse(body).type).split("/").pop();
  } catch {
    return "";
  }
}

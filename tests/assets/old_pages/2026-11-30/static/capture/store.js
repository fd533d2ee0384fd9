// The recordings held in this browser: each chunk is on its disk the moment it is there, so that a crash costs a second.
import { withOffset } from "./local_time.js";

const RECORDINGS = "recordings";
const CHUNKS = "chunks";

export async function openStore(name) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(RECORDINGS, { keyPath: "id" });
    opening.result.createObjectStore(CHUNKS, { keyPath: ["id", "number"] });
  };
  return new Store(name, await answer(opening));
}

class Store {
  #database;

  constructor(name, database) {
    this.name = name;
    this.#database = database;
  }

  // A recording that begins: {id, recordedAt, type, token}. token: of the pairing it is recorded under; null without one.
  begin(recording) {
    return this.#write(RECORDINGS, (rows) => rows.put({ ...recording, finished: false }));
  }

  async append(id, number, blob) {
    const bytes = await blob.arrayBuffer(); // Safari loses blobs that were stored as such
    return this.#write(CHUNKS, (rows) => rows.put({ id, number, bytes }));
  }

  finish(recording) {
    return this.note(recording, { finished: true });
  }

  // Takes a whole file, as another app shares it, for the pairing that the page opens with. Its time is all that is told.
  async take(file) {
    const id = crypto.randomUUID();
    const recordedAt = withOffset(new Date(Math.min(file.lastModified, Date.now())));
    const recording = { id, recordedAt, type: file.type, token: null };
    await this.begin(recording);
    await this.append(id, 0, file);
    await this.finish(recording);
  }

  // Adds what became known of a recording to its row as it is now: it may have been claimed meanwhile.
  note({ id }, known) {
    return this.#write(RECORDINGS, (rows) => {
      const asked = rows.get(id);
      asked.onsuccess = () => rows.put({ ...asked.result, ...known });
    });
  }

  // Gives what was recorded under no pairing to one.
  claim(token) {
    return this.#write(RECORDINGS, (rows) => {
      const asked = rows.getAll();
      asked.onsuccess = () => {
        for (const recording of asked.result) if (!recording.token) rows.put({ ...recording, token });
      };
    });
  }

  // All that is held, the oldest first.
  async held() {
    const rows = await answer(this.#database.transaction(RECORDINGS).objectStore(RECORDINGS).getAll());
    return rows.sort((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1));
  }

  async audio(recording) {
    const rows = this.#database.transaction(CHUNKS).objectStore(CHUNKS);
    const chunks = await answer(rows.getAll(chunksOf(recording.id)));
    return new Blob(chunks.map((chunk) => chunk.bytes), { type: recording.type });
  }

  async remove(recording) {
    await this.#write(CHUNKS, (rows) => rows.delete(chunksOf(recording.id)));
    await this.#write(RECORDINGS, (rows) => rows.delete(recording.id));
  }

  #write(rows, change) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(rows, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(rows));
    });
  }
}

function chunksOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

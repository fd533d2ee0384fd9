// The recordings held in this browser: each chunk is on its disk the moment it is there, so that a crash costs a second.
import { withOffset } from "../local_time.js";

const RECORDINGS = "recordings";
const CHUNKS = "chunks";

export async function openStore(name) {
  const store = new Store(name);
  await store.held(); // rejects where this browser keeps nothing
  return store;
}

class Store {
  #opening = null;

  constructor(name) {
    this.name = name;
  }

  // A recording that begins: {id, recordedAt, type, token, header}. token: of the pairing it is recorded under; null
  // without one. header: of its seal, where it is sealed.
  begin(recording) {
    return this.#write(RECORDINGS, (rows) => rows.put({ ...recording, finished: false }));
  }

  // seal: null where it is not sealed (phone/sealing.js).
  async append(id, number, blob, seal = null) {
    const spoken = await blob.arrayBuffer(); // Safari loses blobs that were stored as such
    const bytes = seal ? await seal.slice(number, spoken) : spoken;
    return this.#write(CHUNKS, (rows) => rows.put({ id, number, bytes }));
  }

  // Its row is written anew where it could not be when it began.
  finish(recording) {
    return this.#write(RECORDINGS, (rows) => {
      const asked = rows.get(recording.id);
      asked.onsuccess = () => rows.put({ ...recording, ...asked.result, finished: true });
    });
  }

  // Takes a whole file, as another app shares it. Its time is all that is told.
  async take(file, seal = null) {
    const id = crypto.randomUUID();
    const recordedAt = withOffset(new Date(Math.min(file.lastModified, Date.now())));
    const shared = await file.arrayBuffer();
    const chunks = seal ? await seal.slices(shared) : [shared];
    const type = seal?.type ?? file.type;
    await this.#put({ id, recordedAt, type, token: null, header: seal?.header, finished: true, bytes: file.size }, chunks);
  }

  // Gives a recording to another store, which has it before this one lets go of it.
  async give(recording, other) {
    const chunks = await this.#chunks(recording);
    await other.#put(recording, chunks);
    await this.remove(recording);
  }

  // Adds what became known of a recording to its row as it is now: it may have been claimed meanwhile, or be gone.
  note({ id }, known) {
    return this.#write(RECORDINGS, (rows) => {
      const asked = rows.get(id);
      asked.onsuccess = () => asked.result && rows.put({ ...asked.result, ...known });
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
    return (await this.#recordings()).filter(({ isOffered }) => !isOffered);
  }

  // What was shared to a page that still held it here, and nobody has kept yet.
  async offered() {
    return (await this.#recordings()).filter(({ isOffered }) => isOffered);
  }

  async #recordings() {
    const rows = await answer((await this.#transaction(RECORDINGS)).objectStore(RECORDINGS).getAll());
    return rows.sort((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1));
  }

  async audio(recording) {
    const chunks = await this.#chunks(recording);
    const header = chunks.length && recording.header ? [recording.header] : [];
    return new Blob([...header, ...chunks], { type: recording.type });
  }

  async remove(recording) {
    await this.#write(CHUNKS, (rows) => rows.delete(chunksOf(recording.id)));
    await this.#write(RECORDINGS, (rows) => rows.delete(recording.id));
  }

  async #chunks({ id }) {
    const rows = (await this.#transaction(CHUNKS)).objectStore(CHUNKS);
    return (await answer(rows.getAll(chunksOf(id)))).map(({ bytes }) => bytes);
  }

  // All at once: a page that opens meanwhile takes what is half there for cut off.
  #put(recording, chunks) {
    return this.#write([RECORDINGS, CHUNKS], (recordings, rows) => {
      recordings.put(recording);
      for (const [number, bytes] of chunks.entries()) rows.put({ id: recording.id, number, bytes });
    });
  }

  async #write(names, change) {
    const transaction = await this.#transaction(names, "readwrite", { durability: "strict" });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(...[names].flat().map((name) => transaction.objectStore(name)));
    });
  }

  async #transaction(...asked) {
    try {
      return (await this.#database()).transaction(...asked);
    } catch (reason) {
      if (reason.name !== "InvalidStateError") throw reason;
      this.#opening = null; // it was closed before anybody was told
      return (await this.#database()).transaction(...asked);
    }
  }

  // A page is open for days. Its browser closes the database when it likes, and a newer page changes it and waits until
  // nobody has it open: whoever asks next opens it again.
  #database() {
    this.#opening ??= openDatabase(this.name, () => (this.#opening = null)).catch((reason) => {
      this.#opening = null;
      throw reason;
    });
    return this.#opening;
  }
}

async function openDatabase(name, whenClosed) {
  const opening = indexedDB.open(name); // in whatever version it is: an older page goes on beside a newer one
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(RECORDINGS, { keyPath: "id" });
    opening.result.createObjectStore(CHUNKS, { keyPath: ["id", "number"] });
  };
  const database = await answer(opening);
  database.onclose = whenClosed;
  database.onversionchange = () => {
    whenClosed();
    database.close(); // once what is being written is written
  };
  return database;
}

function chunksOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

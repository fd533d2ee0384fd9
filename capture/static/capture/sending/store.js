// The recordings held in this browser: each chunk is on its disk the moment it is there, so that a crash costs a second.
import { withOffset } from "../local_time.js";
import { Database } from "./database.js";

const RECORDINGS = "recordings";
const CHUNKS = "chunks";
export const PHONE = "stillnote-phone"; // the store of the phone's page and its worker

export async function openStore(name) {
  const store = new Store(name);
  await store.held(); // rejects where this browser keeps nothing
  return store;
}

class Store {
  #database;

  constructor(name) {
    this.name = name;
    this.#database = new Database(name, { [RECORDINGS]: "id", [CHUNKS]: ["id", "number"] });
  }

  // A recording that begins: {id, recordedAt, type, token, header}. token: of the pairing it is recorded under; null
  // without one. header: of its seal, where it is sealed.
  begin(recording) {
    return this.#database.write(RECORDINGS, (rows) => rows.put({ ...recording, finished: false }));
  }

  // seal: null where it is not sealed (phone/sealing.js).
  async append(id, number, blob, seal = null) {
    const spoken = await blob.arrayBuffer(); // Safari loses blobs that were stored as such
    const bytes = seal ? await seal.slice(number, spoken) : spoken;
    return this.#database.write(CHUNKS, (rows) => rows.put({ id, number, bytes }));
  }

  // Its row is written anew where it could not be when it began.
  finish(recording) {
    return this.#database.write(RECORDINGS, (rows) => {
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
    return this.#database.write(RECORDINGS, (rows) => {
      const asked = rows.get(id);
      asked.onsuccess = () => asked.result && rows.put({ ...asked.result, ...known });
    });
  }

  // Gives what was recorded under no pairing to one.
  claim(token) {
    return this.#database.write(RECORDINGS, (rows) => {
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
    const rows = await this.#database.read(RECORDINGS, (recordings) => recordings.getAll());
    return rows.sort((one, other) => (one.recordedAt < other.recordedAt ? -1 : 1));
  }

  async audio(recording) {
    const chunks = await this.#chunks(recording);
    const header = chunks.length && recording.header ? [recording.header] : [];
    return new Blob([...header, ...chunks], { type: recording.type });
  }

  async remove(recording) {
    await this.#database.write(CHUNKS, (rows) => rows.delete(chunksOf(recording.id)));
    await this.#database.write(RECORDINGS, (rows) => rows.delete(recording.id));
  }

  async #chunks({ id }) {
    const chunks = await this.#database.read(CHUNKS, (rows) => rows.getAll(chunksOf(id)));
    return chunks.map(({ bytes }) => bytes);
  }

  // All at once: a page that opens meanwhile takes what is half there for cut off.
  #put(recording, chunks) {
    return this.#database.write([RECORDINGS, CHUNKS], (recordings, rows) => {
      recordings.put(recording);
      for (const [number, bytes] of chunks.entries()) rows.put({ id: recording.id, number, bytes });
    });
  }
}

function chunksOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

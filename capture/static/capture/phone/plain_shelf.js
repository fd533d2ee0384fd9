// What the page without HTTPS holds, each recording a whole file: {id, name, audio, type, at}. refusal: the code of the
// problem for which it was not taken; none while it waits.
import { answer } from "../sending/store.js";

const RECORDINGS = "recordings";

// All that is held, the oldest first. Older pages kept no names.
export async function held() {
  const rows = await onShelf("readonly", (recordings) => recordings.getAll());
  return rows.map((row) => ({ name: row.at, ...row })).sort((one, other) => (one.at < other.at ? -1 : 1));
}

export function keep(recording) {
  return onShelf("readwrite", (recordings) => recordings.put(recording));
}

export function letGo({ id }) {
  return onShelf("readwrite", (recordings) => recordings.delete(id));
}

// Opens the database each time: a browser closes it when it likes.
async function onShelf(mode, act) {
  const opening = indexedDB.open("stillnote-plain", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(RECORDINGS, { keyPath: "id" });
  const database = await answer(opening);
  try {
    const transaction = database.transaction(RECORDINGS, mode, { durability: "strict" });
    const asked = act(transaction.objectStore(RECORDINGS));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return asked.result;
  } finally {
    database.close();
  }
}

// What the page without HTTPS holds, each recording a whole file: {id, name, audio, type, at, account}. refusal: the code of the
// problem for which it was not taken; none while it waits.
import { Database } from "../sending/database.js";

const RECORDINGS = "recordings";
const database = new Database("stillnote-plain", { [RECORDINGS]: "id" });

// All that is held, the oldest first. Older pages kept no names.
export async function held() {
  const rows = await database.read(RECORDINGS, (recordings) => recordings.getAll());
  return rows.map((row) => ({ name: row.at, ...row })).sort((one, other) => (one.at < other.at ? -1 : 1));
}

export function keep(recording) {
  return database.write(RECORDINGS, (recordings) => recordings.put(recording));
}

export function letGo({ id }) {
  return database.write(RECORDINGS, (recordings) => recordings.delete(id));
}

// Times of sitting still, as this phone knows them: each is kept in this browser until the service has been told of its end.
import { withOffset } from "../local_time.js";
import { Database } from "../sending/database.js";
import { currentToken, tokenFor } from "./pairing.js";

const SITS = "sits";
const MINUTE_MILLISECONDS = 60_000;
const OPEN_AT_MOST_MILLISECONDS = 3 * 3_600_000; // as the service takes one whose end nobody tells

export class Sits {
  #database = new Database("stillnote-sits", { [SITS]: "id" });
  #address;

  // address: of the sits at the service, with a slash at its end.
  constructor(address) {
    this.#address = address;
  }

  // minutes: 0 where its end is open.
  begin(minutes) {
    const token = currentToken();
    const now = new Date();
    const sit = { id: crypto.randomUUID(), startedAt: now.getTime(), started: withOffset(now), ended: null, minutes, token };
    return this.#write((rows) => rows.put(sit));
  }

  end(sit) {
    return this.#write((rows) => rows.put({ ...sit, ended: withOffset(new Date(Math.min(Date.now(), endOf(sit)))) }));
  }

  // The sit that lasts, or undefined.
  async current() {
    return (await this.#all()).find((sit) => !sit.ended && endOf(sit) > Date.now());
  }

  // Tells the service of all of them, as often as need be: it takes each once, by its id.
  async send() {
    for (const sit of await this.#all()) {
      const isOver = sit.ended || endOf(sit) <= Date.now();
      if (!sit.ended && isOver && sit.minutes) sit.ended = withOffset(new Date(endOf(sit)));
      const token = tokenFor(sit) ?? currentToken();
      if (!token || (sit.isTold && !isOver)) continue;
      const body = JSON.stringify({ started: sit.started, ended: sit.ended });
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
      const answer = await fetch(this.#address + sit.id, { method: "PUT", body, headers });
      if (!answer.ok) continue;
      if (isOver) await this.#write((rows) => rows.delete(sit.id));
      else await this.#write((rows) => markTold(rows, sit.id));
    }
  }

  #all() {
    return this.#database.read(SITS, (rows) => rows.getAll());
  }

  #write(change) {
    return this.#database.write(SITS, change);
  }
}

// It may have ended while the service was told of its beginning.
function markTold(rows, id) {
  const asked = rows.get(id);
  asked.onsuccess = () => asked.result && rows.put({ ...asked.result, isTold: true });
}

function endOf({ startedAt, minutes }) {
  return startedAt + (minutes ? minutes * MINUTE_MILLISECONDS : OPEN_AT_MOST_MILLISECONDS);
}

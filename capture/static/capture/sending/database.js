// A database of this browser, open for days: the browser closes it when it likes, and a newer page changes it and waits until
// nobody has it open. Whoever asks next opens it again.
export class Database {
  #opening = null;
  #tables;

  // tables: the keyPath of each, by its name.
  constructor(name, tables) {
    this.name = name;
    this.#tables = tables;
  }

  // ask(rows): makes the request whose result is wanted.
  async read(table, ask) {
    return answer(ask((await this.#transaction(table)).objectStore(table)));
  }

  // change(...rows): of each table named. All of it is done, or nothing.
  async write(tables, change) {
    const transaction = await this.#transaction(tables, "readwrite", { durability: "strict" });
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(...[tables].flat().map((table) => transaction.objectStore(table)));
    });
  }

  async #transaction(...asked) {
    try {
      return (await this.#opened()).transaction(...asked);
    } catch (reason) {
      if (reason.name !== "InvalidStateError") throw reason;
      this.#opening = null; // it was closed before anybody was told
      return (await this.#opened()).transaction(...asked);
    }
  }

  #opened() {
    this.#opening ??= this.#open().catch((reason) => {
      this.#opening = null;
      throw reason;
    });
    return this.#opening;
  }

  async #open() {
    const opening = indexedDB.open(this.name); // in whatever version it is: an older page goes on beside a newer one
    opening.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(this.#tables)) opening.result.createObjectStore(table, { keyPath });
    };
    const database = await answer(opening);
    database.onclose = () => (this.#opening = null);
    database.onversionchange = () => {
      this.#opening = null;
      database.close(); // once what is being written is written
    };
    return database;
  }
}

export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Asks whether what was shared to this page is to be kept. Any site can post to where other apps share to, and neither the
// worker nor the service is told which of them it was.
import { openStore } from "../sending/store.js";
import { currentToken } from "./pairing.js";
import { fill } from "./status.js";

// A store of its own: a page from before there were offers sends all that it finds in the phone's.
const OFFERED = "stillnote-offered";

export function openOffered() {
  return openStore(OFFERED);
}

export class Offering {
  #form = document.getElementById("offered");
  #store;
  #said;
  #whenKept;

  // store: of the phone. said: the page's sentences. whenKept: called when there is more to be sent.
  constructor(store, said, whenKept) {
    this.#store = store;
    this.#said = said;
    this.#whenKept = whenKept;
  }

  async ask() {
    const shared = await openOffered();
    for (const one of await this.#store.offered()) await this.#store.give({ ...one, isOffered: false }, shared);
    const offered = await shared.held();
    this.#form.hidden = !offered.length;
    this.#form.querySelector("span").textContent = fill(this.#said.offered, { n: offered.length });
    this.#form.elements.refuse.onclick = () => this.#answer(offered, (one) => shared.remove(one));
    this.#form.onsubmit = async (event) => {
      event.preventDefault();
      await this.#answer(offered, (one) => shared.give({ ...one, token: currentToken() }, this.#store));
      this.#whenKept();
    };
  }

  // What there is no room for, and what was shared meanwhile, is asked for again.
  async #answer(offered, act) {
    this.#form.hidden = true;
    try {
      for (const one of offered) await act(one);
    } finally {
      await this.ask();
    }
  }
}

// Asks whether what was shared to this page is to be kept. Any site can post to where other apps share to, and neither the
// worker nor the service is told which of them it was.
import { fill } from "./status.js";

export class Offering {
  #form = document.getElementById("offered");
  #store;
  #said;
  #whenKept;

  // said: the page's sentences. whenKept: called when there is more to be sent.
  constructor(store, said, whenKept) {
    this.#store = store;
    this.#said = said;
    this.#whenKept = whenKept;
  }

  async ask() {
    const offered = await this.#store.offered();
    this.#form.hidden = !offered.length;
    this.#form.querySelector("span").textContent = fill(this.#said.offered, { n: offered.length });
    this.#form.elements.refuse.onclick = () => this.#answer(offered, (one) => this.#store.remove(one));
    this.#form.onsubmit = async (event) => {
      event.preventDefault();
      await this.#answer(offered, (one) => this.#store.note(one, { isOffered: false }));
      this.#whenKept();
    };
  }

  async #answer(offered, act) {
    this.#form.hidden = true;
    await Promise.all(offered.map(act));
  }
}

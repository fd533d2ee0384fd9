// What the service will never take stays here until its person throws it away, and says so twice.
import { fill } from "./status.js";
import { isSure } from "./sure.js";

const NEVER_TAKEN = ["not-audio", "too-large", "empty"];

export class Discarding {
  #store;
  #said;
  #button = document.getElementById("discarding");
  #whenGone;
  #refused = [];

  // said: the page's sentences. whenGone(): what was refused is held no more.
  constructor(store, said, whenGone) {
    this.#store = store;
    this.#said = said;
    this.#whenGone = whenGone;
    this.#button.addEventListener("click", () => this.#throwAway());
  }

  // problems: of the last round of sending.
  offer(problems) {
    this.#refused = problems.filter(({ code }) => NEVER_TAKEN.includes(code)).map(({ recordingId }) => recordingId);
    this.#button.hidden = !this.#refused.length;
  }

  hide() {
    this.#button.hidden = true;
  }

  async #throwAway() {
    const refused = this.#refused; // a round of sending may end while the question stands
    if (!(await isSure(fill(this.#said.sure, { n: refused.length })))) return;
    for (const id of refused) await this.#store.remove({ id });
    this.#whenGone();
  }
}

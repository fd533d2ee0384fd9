// What the service will never take stays here until its person throws it away, and says so twice.
import { fill } from "./status.js";

const NEVER_TAKEN = ["not-audio", "too-large", "empty"];

export class Discarding {
  #store;
  #said;
  #button = document.getElementById("discarding");
  #question = document.getElementById("sure");
  #refused = [];

  // said: the page's sentences. whenGone(): what was refused is held no more.
  constructor(store, said, whenGone) {
    this.#store = store;
    this.#said = said;
    this.#button.addEventListener("click", () => this.#ask());
    this.#question.addEventListener("close", async () => {
      if (this.#question.returnValue !== "gone") return;
      for (const id of this.#refused) await this.#store.remove({ id });
      whenGone();
    });
  }

  // problems: of the last round of sending.
  offer(problems) {
    this.#refused = problems.filter(({ code }) => NEVER_TAKEN.includes(code)).map(({ recordingId }) => recordingId);
    this.#button.hidden = !this.#refused.length;
  }

  hide() {
    this.#button.hidden = true;
  }

  #ask() {
    this.#question.querySelector("p").textContent = fill(this.#said.sure, { n: this.#refused.length });
    this.#question.returnValue = "";
    this.#question.showModal();
  }
}

// The sheet from which a sit is begun and ended, and what is heard or felt at its end.
import { keepAwake, letSleep } from "../recording/wake_lock.js";
import { bellTrack } from "./bell_track.js";
import { chosen } from "./choices.js";

const MINUTE_SECONDS = 60;
const AWAKE = "sit";

export class Sitting {
  #sits;
  #signals;
  #say;
  #whenChanged;
  #sheet = document.getElementById("sits");
  #begins = document.getElementById("sit-begins");
  #lasts = document.getElementById("sit-lasts");
  #sound = new Audio();
  #timer = 0;

  // say(code, values): shows one of the page's sentences. whenChanged(): a sit began or ended, and may be told.
  constructor(sits, signals, say, whenChanged) {
    this.#sits = sits;
    this.#signals = signals;
    this.#say = say;
    this.#whenChanged = whenChanged;
    for (const button of this.#begins.querySelectorAll("[data-minutes]")) {
      button.addEventListener("click", () => this.#begin(Number(button.dataset.minutes)));
    }
    document.getElementById("sit-end").addEventListener("click", () => this.#endByHand());
    document.getElementById("sit-now").addEventListener("click", () => this.show());
    this.#sound.addEventListener("ended", () => this.#end());
  }

  async show() {
    const current = await this.#sits.current();
    this.#begins.hidden = Boolean(current);
    this.#lasts.hidden = !current;
    this.#sheet.hidden = false;
    this.#sheet.querySelector("button:not([hidden] *)").focus();
  }

  hide() {
    this.#sheet.hidden = true;
  }

  // The sound begins within the touch: later a browser would not let it.
  async #begin(minutes) {
    this.hide();
    const ending = chosen("ending");
    if (minutes && ending !== "silence") this.#play(minutes * MINUTE_SECONDS, ending === "bell");
    else if (minutes) this.#timer = setTimeout(() => this.#end(), minutes * MINUTE_SECONDS * 1000);
    keepAwake(AWAKE);
    await this.#sits.begin(minutes);
    this.#signals.give("recording");
    this.#say(minutes ? "sitting" : "sittingOpen", { minutes });
    this.#whenChanged();
  }

  #play(seconds, hasBell) {
    this.#forgetSound();
    this.#sound.src = URL.createObjectURL(bellTrack(seconds, hasBell));
    this.#sound.play().catch(() => {});
  }

  async #endByHand() {
    await this.#end();
    this.#signals.give("kept");
  }

  async #end() {
    this.hide();
    clearTimeout(this.#timer);
    if (this.#sound.ended && chosen("ending") === "pulse") this.#signals.give("kept");
    this.#sound.pause();
    this.#forgetSound();
    letSleep(AWAKE);
    const current = await this.#sits.current();
    if (current) await this.#sits.end(current);
    this.#say("sitOver");
    this.#whenChanged();
  }

  #forgetSound() {
    if (!this.#sound.src) return;
    URL.revokeObjectURL(this.#sound.src);
    this.#sound.removeAttribute("src");
    this.#sound.load();
  }
}

// The evening and the night: while the light is on, one touch makes the page ready; then it is black until morning, with the
// microphone held open.
import { keepAwake, letSleep } from "../recording/wake_lock.js";
import { hideWords, shiftPixels } from "./screen.js";

const KEPT_AS = "stillnote-night-until";
const NIGHT_MILLISECONDS = 12 * 3_600_000;
const MINUTE_MILLISECONDS = 60_000;
const AWAKE = "night";

export class Bedtime {
  #recorder;
  #signals;
  #whenRefused;
  #eve = document.getElementById("eve");
  #felt = document.getElementById("felt");

  // whenRefused(): the microphone may not be used.
  constructor(recorder, signals, whenRefused) {
    this.#recorder = recorder;
    this.#signals = signals;
    this.#whenRefused = whenRefused;
    this.#on("ready", () => this.#prepare());
    this.#on("felt-it", () => this.#answer("pulses"));
    this.#on("felt-nothing", () => this.#answer("tones"));
    this.#on("feel-again", () => signals.give("recording"));
    this.#on("lights", () => this.#end());
    setInterval(() => this.#tick(), MINUTE_MILLISECONDS);
    document.addEventListener("visibilitychange", () => this.#tick());
    if (this.#until > Date.now()) this.#begin(this.#until);
  }

  get isNight() {
    return "night" in document.body.dataset;
  }

  get #until() {
    return Number(localStorage.getItem(KEPT_AS));
  }

  #on(id, act) {
    document.getElementById(id).addEventListener("click", act);
  }

  async #prepare() {
    try {
      await this.#recorder.hold();
    } catch {
      this.#whenRefused();
      return;
    }
    this.#signals.give("recording");
    if (this.#signals.kind) return this.#begin(Date.now() + NIGHT_MILLISECONDS);
    this.#eve.hidden = true;
    this.#felt.hidden = false;
  }

  #answer(kind) {
    this.#signals.kind = kind;
    if (kind === "tones") this.#signals.give("recording");
    this.#begin(Date.now() + NIGHT_MILLISECONDS);
  }

  #begin(until) {
    localStorage.setItem(KEPT_AS, until);
    document.body.dataset.night = "";
    hideWords();
    this.#eve.hidden = this.#felt.hidden = true;
    keepAwake(AWAKE);
    this.#recorder.hold().catch(() => {}); // after a reload the next touch asks for it
  }

  #tick() {
    shiftPixels();
    if (this.isNight && this.#until < Date.now() && !this.#recorder.isRecording) this.#end();
    else if (!this.isNight && document.visibilityState === "hidden") this.#recorder.release();
  }

  #end() {
    localStorage.removeItem(KEPT_AS);
    delete document.body.dataset.night;
    this.#eve.hidden = false;
    letSleep(AWAKE);
    this.#recorder.release();
  }
}

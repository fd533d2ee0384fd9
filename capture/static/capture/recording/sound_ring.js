// An AudioWorklet: it runs beside the sound, however busy the page is. It keeps the last two seconds of an open microphone
// and no more, gives out what is recorded from the moment of a touch on, and tells how loud it is and whether it is at all:
// a phone whose screen went dark gives exact zeros, and says so nowhere else.
const KEPT_SECONDS = 2;
const REPORT_SECONDS = 0.1;

class SoundRing extends AudioWorkletProcessor {
  #ring = new Float32Array(KEPT_SECONDS * sampleRate);
  #zeroFrames = 0;
  #squares = 0;
  #frames = 0;
  #next = null; // the frame that is given out next; null while nothing is recorded
  #until = Infinity;
  #flows = false;
  #heard = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this[data.do](data);
  }

  // Record from this moment of the context on: what is older than that is never given out.
  take({ seconds }) {
    const oldest = Math.max(0, currentFrame - this.#ring.length);
    this.#next = Math.max(Math.round(seconds * sampleRate), oldest);
    this.#until = Infinity;
    this.#flows = this.#heard = false;
  }

  // The recorder listens.
  flow() {
    this.#flows = true;
  }

  // Give out what came until this moment, and no more.
  end({ seconds }) {
    this.#until = Math.round(seconds * sampleRate);
  }

  // First input: as the microphone gives it. Second: what is recorded of it.
  process([[raw], [heard]], [[given]]) {
    this.#watch(raw, given.length);
    for (let frame = 0; frame < given.length; frame++) {
      this.#ring[(currentFrame + frame) % this.#ring.length] = heard?.[frame] ?? 0;
    }
    if (this.#flows && this.#next !== null && this.#next <= currentFrame) this.#give(given);
    return true;
  }

  #give(given) {
    const place = this.#next % this.#ring.length;
    const first = this.#ring.subarray(place, place + given.length);
    given.set(first);
    given.set(this.#ring.subarray(0, given.length - first.length), first.length);
    this.#heard ||= given.some((sample) => sample !== 0);
    this.#next += given.length;
    if (this.#next < this.#until) return;
    this.#next = null;
    this.port.postMessage({ ended: true, heard: this.#heard });
  }

  #watch(raw, frames) {
    const isZero = !raw || raw.every((sample) => sample === 0);
    this.#zeroFrames = isZero ? this.#zeroFrames + frames : 0;
    if (!isZero) this.#squares += raw.reduce((sum, sample) => sum + sample * sample, 0);
    this.#frames += frames;
    if (this.#frames < REPORT_SECONDS * sampleRate) return;
    this.port.postMessage({ loudness: Math.sqrt(this.#squares / this.#frames), zeroSeconds: this.#zeroFrames / sampleRate });
    this.#squares = this.#frames = 0;
  }
}

registerProcessor("sound-ring", SoundRing);

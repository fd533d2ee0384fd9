// An AudioWorklet: it runs beside the sound, however busy the page is. It keeps the last two seconds of an open microphone
// and no more, gives out what is recorded from the moment of a touch on, and tells how loud it is and whether it is at all:
// a phone whose screen went dark gives exact zeros, and says so nowhere else.
const KEPT_SECONDS = 2;
const REPORT_SECONDS = 0.1;
const CLOCK_SECONDS = 2;

// Which frame was to come at a moment of the clock that the page has as well. A thread that stalls sees its frames late and
// none early: so the least that the clock was ahead of the frames lately is what it is ahead of them. Lately: within four
// seconds of sound, since a browser may leave out frames for good, and a person may set the clock.
class FrameClock {
  #least = Infinity;
  #leastBefore = Infinity;
  #since = -Infinity;

  see(frame) {
    const seconds = frame / sampleRate;
    const ahead = Date.now() / 1000 - seconds;
    if (seconds - this.#since > CLOCK_SECONDS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#since = seconds;
    }
    this.#least = Math.min(this.#least, ahead);
  }

  frameAt(seconds) {
    return Math.round((seconds - Math.min(this.#least, this.#leastBefore)) * sampleRate);
  }
}

class SoundRing extends AudioWorkletProcessor {
  #ring = new Float32Array(KEPT_SECONDS * sampleRate);
  #zeroFrames = 0;
  #squares = 0;
  #frames = 0;
  #from = null; // moments of the clock; null while nothing is recorded
  #until = Infinity;
  #next = null; // the frame that is given out next; null while none was
  #flows = false;
  #heard = false;
  #clock = new FrameClock();

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this[data.do](data);
  }

  // Record from this moment of the clock on: what came before it is never given out.
  take({ seconds }) {
    this.#from = seconds;
    this.#until = Infinity;
    this.#next = null;
    this.#flows = this.#heard = false;
  }

  // The recorder listens.
  flow() {
    this.#flows = true;
  }

  // Give out what came until this moment, and no more.
  end({ seconds }) {
    this.#until = seconds;
  }

  // First input: as the microphone gives it. Second: what is recorded of it.
  process([[raw], [heard]], [[given]]) {
    this.#clock.see(currentFrame);
    this.#watch(raw, given.length);
    for (let frame = 0; frame < given.length; frame++) {
      this.#ring[(currentFrame + frame) % this.#ring.length] = heard?.[frame] ?? 0;
    }
    if (this.#flows && this.#from !== null) this.#give(given);
    return true;
  }

  #give(given) {
    const oldest = Math.max(0, currentFrame + given.length - this.#ring.length);
    const next = Math.max(oldest, this.#next ?? this.#clock.frameAt(this.#from));
    if (next > currentFrame) return;
    const place = next % this.#ring.length;
    const first = this.#ring.subarray(place, place + given.length);
    given.set(first);
    given.set(this.#ring.subarray(0, given.length - first.length), first.length);
    this.#heard ||= given.some((sample) => sample !== 0);
    this.#next = next + given.length;
    if (this.#next < this.#clock.frameAt(this.#until)) return;
    this.#from = null;
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

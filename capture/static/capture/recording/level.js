// How long a recording has lasted, and how loud it is: strokes of the voice as it comes.
const STROKES = 32;
const PITCH = 4;
const HEIGHT = 32;
const LEAST = 1;
const LOUD = 0.25; // an amplitude at which a stroke has its full height: speech near a microphone
const EVERY_MILLISECONDS = 100;

export class LevelMeter {
  #context = new AudioContext();
  #analyser = this.#context.createAnalyser();
  #samples = new Float32Array(this.#analyser.fftSize);
  #levels = new Array(STROKES).fill(0);
  #began = Date.now();
  #place;
  #timer;

  // stream: of the microphone. place: holds a path and a [data-time].
  constructor(stream, place) {
    this.#place = place;
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
    this.#timer = setInterval(() => this.#draw(), EVERY_MILLISECONDS);
    this.#draw();
  }

  close() {
    clearInterval(this.#timer);
    this.#context.close();
    return null;
  }

  #draw() {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const peak = this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    this.#levels = [...this.#levels.slice(1), Math.min(1, Math.sqrt(peak / LOUD))];
    const seconds = Math.floor((Date.now() - this.#began) / 1000);
    this.#place.querySelector("[data-time]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.#place.querySelector("path").setAttribute("d", this.#levels.map(stroke).join(""));
  }
}

function stroke(level, number) {
  const half = Math.max(LEAST, (level * HEIGHT) / 2 - 1);
  return `M${PITCH * number + PITCH / 2} ${HEIGHT / 2 - half}v${2 * half}`;
}

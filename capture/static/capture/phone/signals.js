// What is told without a light: pulses, or soft tones where a phone gives none.
const KEPT_AS = "stillnote-signals";
const PATTERNS = { recording: [150], kept: [120, 160, 120], trouble: [800, 300, 800, 300, 800] };
const HERTZ = { recording: 523, kept: 523, trouble: 196 };
const LOUDNESS = 0.05;
const EDGE_SECONDS = 0.02;

export class Signals {
  #context = null;

  constructor() {
    this.#showKind();
  }

  // pulses or tones; null until a person has said which. Some browsers give no pulses at all.
  get kind() {
    return "vibrate" in navigator ? localStorage.getItem(KEPT_AS) : "tones";
  }

  set kind(kind) {
    localStorage.setItem(KEPT_AS, kind);
    this.#showKind();
  }

  // The page's words name what it gives.
  #showKind() {
    document.body.dataset.signals = this.kind ?? "pulses";
  }

  // Gives a signal, and gives the tone that is in the air now, {hertz, seconds}, or null where none is.
  give(name) {
    const pattern = PATTERNS[name];
    if (this.kind !== "tones") {
      navigator.vibrate?.(pattern);
      return null;
    }
    this.#sound(pattern, HERTZ[name]);
    return { hertz: HERTZ[name], seconds: pattern.reduce((sum, part) => sum + part, 0) / 1000 };
  }

  #sound(pattern, hertz) {
    const context = (this.#context ??= new AudioContext());
    context.resume();
    const loudness = new GainNode(context, { gain: 0 });
    const tone = new OscillatorNode(context, { frequency: hertz });
    let at = context.currentTime + EDGE_SECONDS;
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    for (const [place, part] of pattern.entries()) {
      const end = at + part / 1000;
      if (place % 2 === 0) {
        loudness.gain.setTargetAtTime(LOUDNESS, at, EDGE_SECONDS / 3);
        loudness.gain.setTargetAtTime(0, end - EDGE_SECONDS, EDGE_SECONDS / 3);
      }
      at = end;
    }
    tone.stop(at + EDGE_SECONDS);
  }
}

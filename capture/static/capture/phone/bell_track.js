// One sound as long as a sit, silent to its end: a phone plays it on in the dark, where a page's timers sleep.
const RATE = 8000;
const SAMPLE_BYTES = 2;
const HEADER_BYTES = 44;
const SILENCE_SECONDS = 60;
const BELL_SECONDS = 8;
const BELL_HERTZ = 196;
const PARTIALS = [[1, 1, 3], [2.01, 0.6, 2], [2.76, 0.4, 1.4], [5.4, 0.2, 0.7]]; // pitch, loudness, seconds until it fell to 1/e
const LOUDNESS = 0.25;

// seconds: until the bell. hasBell: else it ends there. Gives a WAV.
export function bellTrack(seconds, hasBell) {
  const bell = hasBell ? bellSamples() : new Int16Array(0);
  const bytes = SAMPLE_BYTES * (seconds * RATE + bell.length);
  const silence = new Uint8Array(SAMPLE_BYTES * RATE * SILENCE_SECONDS);
  const parts = [header(bytes)];
  for (let left = seconds; left > 0; left -= SILENCE_SECONDS) parts.push(silence.subarray(0, SAMPLE_BYTES * RATE * left));
  return new Blob([...parts, bell], { type: "audio/wav" });
}

function bellSamples() {
  return Int16Array.from({ length: BELL_SECONDS * RATE }, (_, place) => {
    const at = place / RATE;
    const sum = PARTIALS.reduce((sound, [pitch, loudness, fall]) => {
      return sound + loudness * Math.exp(-at / fall) * Math.sin(2 * Math.PI * BELL_HERTZ * pitch * at);
    }, 0);
    return 32767 * LOUDNESS * Math.min(1, at * 100) * (sum / 2.2);
  });
}

function header(bytes) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  const texts = [[0, "RIFF"], [8, "WAVE"], [12, "fmt "], [36, "data"]];
  for (const [place, text] of texts) for (let sign = 0; sign < 4; sign++) view.setUint8(place + sign, text.charCodeAt(sign));
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * SAMPLE_BYTES, true);
  view.setUint16(32, SAMPLE_BYTES, true);
  view.setUint16(34, 8 * SAMPLE_BYTES, true);
  view.setUint32(40, bytes, true);
  return view.buffer;
}

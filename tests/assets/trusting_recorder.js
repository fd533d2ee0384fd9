// Capture's recorder as it was before it watched its microphone; hold(), release() and BITS_PER_SECOND alone are new. For tests that it must fail.
// Records from the microphone into the store, a chunk a second.
const CHUNK_MILLISECONDS = 1000;
export const BITS_PER_SECOND = 32_000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
// A whisper is neither echo nor noise: what is taken away here is never heard again.
const MICROPHONE = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: true } };

export class Recorder {
  #store;
  #whenSaved;
  #tokenNow;
  #media = null;
  #wake = null;

  // whenSaved(isWhole): called when a recording has ended, with whether all of it is in the store.
  // tokenNow(): the token of the pairing under which a recording begins, or null.
  constructor(store, whenSaved, tokenNow = () => null) {
    this.#store = store;
    this.#whenSaved = whenSaved;
    this.#tokenNow = tokenNow;
  }

  get isRecording() {
    return this.#media?.state === "recording";
  }

  get stream() {
    return this.#media.stream;
  }

  // Resolves when the microphone records. Rejects where it may not, or where there is none.
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia(MICROPHONE);
    try {
      await this.#record(stream);
    } catch (reason) {
      silence(stream);
      throw reason;
    }
  }

  hold() {}

  release() {}

  stop() {
    if (this.isRecording) this.#media.stop();
  }

  async #record(stream) {
    const media = new MediaRecorder(stream, { mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)) });
    const recording = {
      id: crypto.randomUUID(),
      recordedAt: withOffset(new Date()),
      type: media.mimeType,
      token: this.#tokenNow(),
    };
    // Held before it is there to be seen: another tab's recover() takes what nobody holds for cut off.
    const release = await hold(lockOf(recording));
    await this.#store.begin(recording).catch((reason) => {
      release();
      throw reason;
    });
    let number = 0;
    let written = Promise.resolve();
    media.ondataavailable = ({ data }) => {
      if (data.size === 0) return;
      const place = number++;
      written = Promise.all([written, this.#store.append(recording.id, place, data)]);
      written.catch(() => this.stop()); // the disk is full: what is there is kept
    };
    media.onstop = async () => {
      silence(stream);
      this.#wake?.release();
      let isWhole = true;
      try {
        await written;
      } catch {
        isWhole = false;
      }
      try {
        await this.#store.finish(recording);
      } catch {
        isWhole = false; // the next page that opens finishes it
      } finally {
        release();
      }
      this.#whenSaved(isWhole);
    };
    await new Promise((resolve, reject) => {
      media.onstart = resolve;
      media.onerror = () => reject(new Error("the microphone stopped"));
      media.start(CHUNK_MILLISECONDS);
    });
    media.onerror = () => this.stop();
    this.#media = media;
    // A phone that falls asleep ends the recording.
    this.#wake = await navigator.wakeLock?.request("screen").catch(() => null);
  }
}

// Finishes what a page that was closed or crashed left behind, as soon as it is certain that nobody records it:
// a crash may be noticed later than the next page opens. whenFound: called for each.
export async function recover(store, whenFound) {
  const unfinished = (recordings) => recordings.filter((recording) => !recording.finished);
  for (const recording of unfinished(await store.held())) {
    navigator.locks.request(lockOf(recording), async () => {
      const left = unfinished(await store.held()).find(({ id }) => id === recording.id);
      if (!left) return;
      await store.finish(left);
      whenFound();
    });
  }
}

function lockOf(recording) {
  return `recording ${recording.id}`;
}

function hold(name) {
  return new Promise((held) => {
    navigator.locks.request(name, () => new Promise((release) => held(release)));
  });
}

function silence(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// RFC 3339 with the offset of the phone's own clock.
function withOffset(date) {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

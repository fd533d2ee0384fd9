// Records from the microphone into the store, a slice a second, and says "kept" of nothing that was silence.
import { withOffset } from "../local_time.js";
import { Microphone } from "./microphone.js";
import { Quiet } from "./quiet.js";
import { keepAwake, letSleep } from "./wake_lock.js";

const SLICE_MILLISECONDS = 1000;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
export const BITS_PER_SECOND = 32_000;
const AWAKE = "recording"; // a phone that falls asleep ends the recording
const AGAIN_MILLISECONDS = 2000;
// A sealed recording has 100,000 slices at most (docs/recorder.md): an end, and what still comes until the next one listens.
const MOST_SLICES = 99_000;

export class Recorder {
  #store;
  #whenEnded;
  #tokenNow;
  #options;
  #microphone = new Microphone(
    (code) => this.#lose(code),
    (loudness) => this.#hear(loudness),
  );
  #current = null;
  #closing = Promise.resolve();
  #isHeld = false;
  #isLost = false;
  #again = 0;

  // whenEnded({reason, isWhole, isEmpty}): a recording has ended. reason: null where a person ended it, else what did:
  // hidden, quiet, full, error, a code of Microphone's, or long: another one has begun already. isWhole: whether all of it
  // is in the store. isEmpty: there was no sound in it, and nothing was kept.
  // tokenNow(): the token of the pairing under which a recording begins, or null.
  // options: endsWhenHidden: whether it ends when the page is not in front. quietSeconds(): after how long without a sound
  // it ends by itself; 0 for never. whenReady(): a held microphone that was lost is back. newSeal(token): resolves to the
  // seal of a recording that begins (phone/sealing.js), null where it is not sealed. mostSlices: of one recording.
  constructor(store, whenEnded, tokenNow = () => null, options = {}) {
    this.#store = store;
    this.#whenEnded = whenEnded;
    this.#tokenNow = tokenNow;
    this.#options = options;
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("visibilitychange", () => this.#see());
  }

  get isRecording() {
    return this.#current !== null;
  }

  // Leaves a tone that is in the air now out of what is recorded. tone: {hertz, seconds}.
  leaveOut(tone) {
    this.#microphone.leaveOut(tone);
  }

  get stream() {
    return this.#microphone.stream;
  }

  // Holds the microphone from now on, so that a recording begins with the touch. Rejects where it may not.
  async hold() {
    this.#isHeld = true;
    await this.#microphone.open();
  }

  release() {
    this.#isHeld = false;
    clearTimeout(this.#again);
    this.stop();
    this.#closing.then(() => this.#isHeld || this.#microphone.close());
  }

  // Records from a moment on, as far as a held microphone still knows it. Resolves when it records. Rejects where it may
  // not, or where there is no microphone. at: of performance.now().
  async start(at = performance.now()) {
    await this.#closing; // of the one before
    try {
      await this.#microphone.open();
      await this.#record(at);
    } catch (reason) {
      if (!this.#isHeld) this.#microphone.close();
      throw reason;
    }
  }

  stop(reason = null) {
    const current = this.#current;
    if (!current) return;
    this.#current = null;
    current.reason = reason;
    this.#closing = this.#close(current);
  }

  // Ends it, and keeps nothing of it.
  discard() {
    if (this.#current) this.#current.isDiscarded = true;
    this.stop();
  }

  async #record(at) {
    await this.#listen(await this.#prepare(this.#microphone.take(at), at));
    this.#microphone.flow();
  }

  // Another recording hears the same sound before the full one ends: some of it is in both, and all of it in one.
  async #follow(full) {
    try {
      const next = await this.#prepare(full.media.stream, performance.now());
      if (this.#current !== full) return await this.#drop(next); // it was ended meanwhile
      full.reason = "long";
      await this.#listen(next).finally(() => stop(full.media));
    } catch {
      if (this.#current === full) this.stop("error");
    }
  }

  #drop({ recording, release }) {
    release();
    return this.#store.remove(recording);
  }

  async #prepare(stream, at) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const media = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
    const token = this.#tokenNow(); // before its seal, which is that pairing's
    const seal = (await this.#options.newSeal?.(token)) ?? null;
    const recording = {
      id: crypto.randomUUID(),
      recordedAt: withOffset(new Date(Date.now() - (performance.now() - at))),
      type: seal?.type ?? media.mimeType,
      token,
      header: seal?.header,
    };
    // Held before it is there to be seen: another tab's recover() takes what nobody holds for cut off.
    const release = await hold(lockOf(recording));
    const quiet = new Quiet(this.#options.quietSeconds?.() ?? 0);
    const written = this.#store.begin(recording);
    const current = { media, recording, seal, release, quiet, written, count: 0, heard: null, reason: null };
    current.written.catch(() => this.stop("full"));
    media.ondataavailable = ({ data }) => {
      if (data.size === 0) return;
      const number = current.count++;
      current.written = all([current.written, this.#store.append(recording.id, number, data, seal)]);
      current.written.catch(() => this.stop("full")); // the disk is full: what is there is kept
      if (current.count === (this.#options.mostSlices ?? MOST_SLICES)) this.#follow(current);
    };
    current.stopped = new Promise((resolve) => (media.onstop = resolve));
    current.stopped.then(() => {
      if (this.#current === current) this.stop(current.reason ?? "ended");
      return this.#finish(current);
    });
    return current;
  }

  async #listen(current) {
    const { media } = current;
    this.#current = current;
    const started = new Promise((resolve, reject) => {
      media.onstart = resolve;
      media.onerror = () => reject(new Error("the microphone stopped"));
      current.stopped.then(() => reject(new Error("ended before it began")));
    });
    try {
      media.start(SLICE_MILLISECONDS);
      await started;
    } catch (reason) {
      stop(media);
      throw reason;
    }
    media.onerror = () => this.stop("error");
    keepAwake(AWAKE);
  }

  // Lets the last of it flow, and closes the recording.
  async #close(current) {
    current.heard = await this.#microphone.end(performance.now());
    stop(current.media);
    await current.stopped;
    letSleep(AWAKE);
    if (!this.#isHeld) this.#microphone.close();
  }

  async #finish({ recording, seal, count, release, reason, heard, isDiscarded = false, ...current }) {
    let isWhole = true;
    try {
      await current.written;
      if (seal && count) await this.#store.append(recording.id, count, new Blob(), seal); // it ends here
    } catch {
      isWhole = false;
    }
    const isEmpty = heard === false;
    try {
      await (isEmpty || isDiscarded ? this.#store.remove(recording) : this.#store.finish(recording));
    } catch {
      isWhole = false; // the next page that opens finishes it
    } finally {
      release();
    }
    if (!isDiscarded) this.#whenEnded({ reason, isWhole, isEmpty });
  }

  #hear(loudness) {
    if (this.#isLost) {
      this.#isLost = false;
      this.#options.whenReady?.();
    }
    if (this.#current?.quiet.hear(loudness)) this.stop("quiet");
  }

  // What is there is closed and kept; a held microphone is asked for again until it gives sound.
  #lose(code) {
    this.stop(code);
    this.#closing.then(() => this.#reopen());
  }

  async #reopen() {
    this.#microphone.close();
    clearTimeout(this.#again);
    if (!this.#isHeld) return;
    this.#isLost = true;
    if (document.visibilityState === "hidden") return;
    this.#again = setTimeout(() => this.#isLost && this.#reopen(), AGAIN_MILLISECONDS);
    await this.#microphone.open().catch(() => {});
  }

  // A phone gives silence to a page that is not in front, and tells it nothing.
  #see() {
    if (!this.#options.endsWhenHidden) return;
    if (document.visibilityState === "hidden") this.stop("hidden");
    if (this.#isHeld) this.#closing.then(() => this.#reopen());
  }

  // Nothing can be waited for: what has flowed is written.
  #leave() {
    if (!this.#current) return;
    this.#current.reason = "hidden";
    this.#current.media.stop();
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

// Resolves when all is done; rejects where something failed, and not before the rest is done.
async function all(writing) {
  const failed = (await Promise.allSettled(writing)).find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
}

function stop(media) {
  if (media.state !== "inactive") media.stop();
}

function lockOf(recording) {
  return `recording ${recording.id}`;
}

function hold(name) {
  return new Promise((held) => {
    navigator.locks.request(name, () => new Promise((release) => held(release)));
  });
}

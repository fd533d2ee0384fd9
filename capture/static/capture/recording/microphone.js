// The microphone, as long as it is held: sound from a moment of one's choice on, and notice when it is there no more.
// A whisper is neither echo nor noise: what is taken away here is never heard again.
const ASKED = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: true, channelCount: 1 } };
const RING = new URL("./sound_ring.js", import.meta.url);
const ZERO_SECONDS = 1;
const DIP_WIDTH = 4;
const DIP_DECIBELS = -40;
const ROOM_SECONDS = 0.3; // how long a tone of our own is in the air after its end, and on its way
// What a browser gives out now was spoken up to so long ago: so nothing from before a touch is given, and speech that begins
// with it is there from its first syllable on. Measured in Chromium: 10 to 35 ms; after a stall it may hold ten buffers of 10 ms.
const LATE_SECONDS = 0.12;
const END_MILLISECONDS = 1000; // how long is waited for the last of a recording

export class Microphone {
  #whenLost;
  #whenHeard;
  #opening = null;
  #stream = null;
  #context = null;
  #ring = null;
  #out = null;
  #dip = null;
  #ends = new AbortController();
  #end = null;
  #takenAt = Infinity;

  // whenLost(code): it gives nothing more: muted, ended, interrupted, device, or zeros. whenHeard(loudness): ten times a
  // second, the root of the mean square, while it gives any sound.
  constructor(whenLost, whenHeard = () => {}) {
    this.#whenLost = whenLost;
    this.#whenHeard = whenHeard;
  }

  get stream() {
    return this.#stream;
  }

  // Resolves when it is open. Rejects where it may not be, or where there is none.
  open() {
    this.#opening ??= this.#open().catch((reason) => {
      this.close();
      throw reason;
    });
    return this.#opening;
  }

  close() {
    this.#ends.abort();
    this.#end?.(null);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#context?.close();
    this.#opening = this.#stream = this.#context = this.#ring = this.#out = null;
  }

  // Gives a stream of what it heard from then on; nothing flows before flow(). at: of performance.now().
  take(at) {
    this.#takenAt = performance.now();
    this.#ring.port.postMessage({ do: "take", seconds: secondsAt(at) + LATE_SECONDS });
    return this.#out.stream;
  }

  flow() {
    this.#ring?.port.postMessage({ do: "flow" });
  }

  // Takes one pitch out of what is recorded, while a tone of our own is in the air. tone: {hertz, seconds}.
  leaveOut({ hertz, seconds }) {
    if (!this.#dip) return;
    const now = this.#context.currentTime;
    this.#dip.frequency.value = hertz;
    this.#dip.gain.setValueAtTime(DIP_DECIBELS, now).setValueAtTime(0, now + seconds + ROOM_SECONDS);
  }

  // Resolves when all that came until then has flowed: to whether any of it was sound, or null where that is not known.
  end(at) {
    if (!this.#ring) return Promise.resolve(null);
    this.#takenAt = Infinity;
    this.#ring.port.postMessage({ do: "end", seconds: secondsAt(at) + LATE_SECONDS });
    return new Promise((resolve) => {
      this.#end = resolve;
      setTimeout(() => resolve(null), END_MILLISECONDS);
    });
  }

  async #open() {
    const ends = (this.#ends = new AbortController());
    const stream = await navigator.mediaDevices.getUserMedia(ASKED);
    if (ends.signal.aborted) {
      for (const track of stream.getTracks()) track.stop();
      throw new Error("closed meanwhile");
    }
    this.#stream = stream;
    const context = (this.#context = new AudioContext());
    await context.audioWorklet.addModule(RING);
    await this.#run(context, ends.signal);
    const options = { numberOfInputs: 2, outputChannelCount: [1], channelCount: 1, channelCountMode: "explicit" };
    this.#ring = new AudioWorkletNode(context, "sound-ring", options);
    this.#ring.port.onmessage = ({ data }) => ends.signal.aborted || this.#hear(data);
    this.#out = new MediaStreamAudioDestinationNode(context, { channelCount: 1, channelCountMode: "explicit" });
    const source = context.createMediaStreamSource(stream);
    source.connect(this.#ring, 0, 0);
    this.#dip = new BiquadFilterNode(context, { type: "peaking", Q: DIP_WIDTH, gain: 0 }); // without gain it changes nothing
    source.connect(this.#dip).connect(this.#ring, 0, 1);
    this.#ring.connect(this.#out);
    await this.#watch(stream.getAudioTracks()[0], context, ends.signal);
  }

  // Where a page may make no sound before it was touched, this waits for the end of that touch.
  async #run(context, signal) {
    const resume = () => context.resume();
    if (context.state !== "running") addEventListener("pointerup", resume, { signal });
    await context.resume();
    removeEventListener("pointerup", resume);
  }

  async #watch(track, context, signal) {
    const lose = (code) => () => signal.aborted || this.#whenLost(code);
    track.addEventListener("mute", lose("muted"), { signal });
    track.addEventListener("ended", lose("ended"), { signal });
    context.addEventListener("statechange", () => context.state !== "running" && lose("interrupted")(), { signal });
    const session = navigator.audioSession;
    session?.addEventListener?.("statechange", () => session.state === "interrupted" && lose("interrupted")(), { signal });
    const before = await used(track);
    const changed = async () => (await used(track)) !== before && lose("device")();
    navigator.mediaDevices.addEventListener("devicechange", changed, { signal });
    if (track.readyState !== "live") throw new Error("no microphone");
  }

  #hear({ ended, heard, loudness, zeroSeconds }) {
    if (ended) return this.#end?.(heard);
    const isTaken = performance.now() - this.#takenAt >= ZERO_SECONDS * 1000;
    if (zeroSeconds === 0) this.#whenHeard(loudness);
    else if (zeroSeconds >= ZERO_SECONDS && isTaken) this.#whenLost("zeros");
  }
}

// at: of performance.now(). Gives seconds of the clock by which the ring knows its frames.
function secondsAt(at) {
  return (Date.now() - (performance.now() - at)) / 1000;
}

// What a track is heard by, as far as a page may know: the default one may become another under the same name.
async function used(track) {
  const { deviceId } = track.getSettings();
  const found = (await navigator.mediaDevices.enumerateDevices()).find(
    (one) => one.kind === "audioinput" && one.deviceId === deviceId,
  );
  return found ? `${found.groupId} ${found.label}` : null;
}

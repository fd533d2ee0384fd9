// Whether nobody has spoken for long: the gain control lifts a quiet room, so that sound is what stands out from it.
const FLOOR_RISE = 1.01; // a tenth of a second later; it doubles in seven seconds, and falls at once
const ABOVE_FLOOR = 2.5;
const LEAST = 0.002; // a root mean square that is no voice, however quiet the room is

export class Quiet {
  #seconds;
  #floor = 1;
  #soundAt = performance.now();

  // seconds: after how long it is quiet; 0 for never.
  constructor(seconds) {
    this.#seconds = seconds;
  }

  // Takes how loud it is now, and gives whether it has been quiet for that long.
  hear(loudness) {
    this.#floor = Math.min(loudness, this.#floor * FLOOR_RISE);
    if (loudness > Math.max(LEAST, ABOVE_FLOOR * this.#floor)) this.#soundAt = performance.now();
    return this.#seconds > 0 && performance.now() - this.#soundAt >= this.#seconds * 1000;
  }
}

// What a thumb in the dark means: a touch, a swipe up or down, or nothing, as when a sleeve brushes the glass.
const SWIPE_PIXELS = 80;
const STRAIGHT = 1.5; // a swipe goes this much more up or down than to a side
const STILL_PIXELS = 30;
const PALM_PIXELS = 120;
const BOUNCE_MILLISECONDS = 600; // a thumb that trembles touches twice
const CLICK_MILLISECONDS = 1000;
const SWIPES = ["up", "down"];
const KEYS = [" ", "Enter", "MediaPlayPause", "MediaPlay", "MediaPause", "MediaStop", "MediaRecord", "HeadsetHook"];
const ARROWS = { ArrowUp: "up", ArrowDown: "down" };
const ACTIONS = ["play", "pause", "stop"];

export class Touches {
  #told;
  #pressedAt = -Infinity;
  #clickableAt = -Infinity;
  #finger = null;

  // place: what is touched. told: {press(at), release(kind), swipe(kind)}: the glass is touched, at a moment of
  // performance.now(); and what it was: touch, up, down or brush. A key, or the button of a headset, is a press and a
  // touch; the arrows up and down are swipes.
  constructor(place, told) {
    this.#told = told;
    place.addEventListener("pointerdown", (event) => this.#begin(event));
    place.addEventListener("pointermove", (event) => this.#follow(event));
    place.addEventListener("pointerup", (event) => this.#end(event));
    place.addEventListener("pointercancel", (event) => this.#end(event, "brush"));
    place.addEventListener("click", () => this.#click());
    place.addEventListener("contextmenu", (event) => event.preventDefault());
    document.addEventListener("keydown", (event) => this.#key(event, place));
    for (const action of ACTIONS) navigator.mediaSession?.setActionHandler(action, () => this.#press());
  }

  #begin({ isPrimary, pointerId, clientX, clientY, timeStamp }) {
    if (!isPrimary) {
      if (this.#finger) this.#finger.isBrush = true; // more than one finger: a hand that takes the phone
      return;
    }
    this.#clickableAt = performance.now() + CLICK_MILLISECONDS;
    if (timeStamp - this.#pressedAt < BOUNCE_MILLISECONDS) return;
    this.#finger = { pointerId, x: clientX, y: clientY };
    this.#pressedAt = timeStamp;
    this.#told.press(timeStamp);
  }

  #follow({ pointerId, clientX, clientY, width, height }) {
    const finger = this.#finger;
    if (!finger || finger.pointerId !== pointerId) return;
    finger.right = clientX - finger.x;
    finger.down = clientY - finger.y;
    if (Math.max(width, height) > PALM_PIXELS) finger.isBrush = true;
  }

  #end(event, kind = null) {
    this.#follow(event);
    const finger = this.#finger;
    if (!finger || finger.pointerId !== event.pointerId) return;
    this.#finger = null;
    this.#clickableAt = performance.now() + CLICK_MILLISECONDS;
    const meant = kind ?? kindOf(finger);
    if (SWIPES.includes(meant)) this.#pressedAt = -Infinity; // the touch after it is a new one
    this.#told.release(meant);
  }

  // What assistive technology presses has no finger; what a finger has pressed was told already.
  #click() {
    if (this.#finger === null && performance.now() > this.#clickableAt) this.#press();
  }

  #key(event, place) {
    const isOurs = event.target === document.body || place.contains(event.target);
    if (!isOurs || event.ctrlKey || event.altKey || event.metaKey) return;
    if (ARROWS[event.key]) this.#told.swipe(ARROWS[event.key]);
    if (!KEYS.includes(event.key)) return;
    event.preventDefault(); // else the button is pressed once more when the key comes up
    if (!event.repeat) this.#press();
  }

  #press() {
    const at = performance.now();
    if (at - this.#pressedAt < BOUNCE_MILLISECONDS) return;
    this.#pressedAt = at;
    this.#told.press(at);
    this.#told.release("touch");
  }
}

function kindOf({ right = 0, down = 0, isBrush }) {
  if (isBrush) return "brush";
  if (Math.abs(down) > SWIPE_PIXELS && Math.abs(down) > STRAIGHT * Math.abs(right)) return down < 0 ? "up" : "down";
  return Math.hypot(right, down) > STILL_PIXELS ? "brush" : "touch";
}

// What is on a black screen: one faint point, and words for some seconds when they are asked for.
const SHIFT_PIXELS = 24;
const WORDS_MILLISECONDS = 8000;
let words = 0;

// Moves what is shown by some pixels: the same light in the same place all night would stay in an OLED screen.
export function shiftPixels() {
  for (const way of ["x", "y"]) {
    const pixels = Math.round((Math.random() - 0.5) * SHIFT_PIXELS);
    document.body.style.setProperty(`--shift-${way}`, `${pixels}px`);
  }
}

export function showWords() {
  document.body.dataset.words = "";
  clearTimeout(words);
  words = setTimeout(hideWords, WORDS_MILLISECONDS);
}

export function hideWords() {
  clearTimeout(words);
  delete document.body.dataset.words;
}

// On iOS a page's script gives no tick, but a real switch does when a person's own finger moves it: one lies over the button.
export function layTickingSwitch(place) {
  if (!("switch" in HTMLInputElement.prototype)) return;
  const ticking = document.createElement("input");
  ticking.type = "checkbox";
  ticking.setAttribute("switch", "");
  ticking.setAttribute("aria-hidden", "true"); // the button is the same to whoever hears the page
  ticking.tabIndex = -1;
  ticking.className = "ticking";
  place.append(ticking);
}
